# Where a distribution expects things; the program finds ../share/modelbook beside itself.
set(MODELBOOK_DATADIR ${CMAKE_INSTALL_DATADIR}/modelbook)
install(DIRECTORY templates themes starter DESTINATION ${MODELBOOK_DATADIR})
# What `init` writes; src/cli/cmd_init.c names the same.
install(FILES modelbook.yaml DESTINATION ${MODELBOOK_DATADIR})
install(FILES content/index.md DESTINATION ${MODELBOOK_DATADIR}/content)
install(DIRECTORY content/handbook content/incidents DESTINATION ${MODELBOOK_DATADIR}/content)
install(DIRECTORY content/models/churn content/models/payment-risk DESTINATION ${MODELBOOK_DATADIR}/content/models)
install(DIRECTORY data/churn data/payment-risk data/controls data/policies DESTINATION ${MODELBOOK_DATADIR}/data)
install(FILES ${MODELBOOK_FONT} DESTINATION ${MODELBOOK_DATADIR}/themes/default)
install(FILES docs/modelbook.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
if(MODELBOOK_CAPSTONE)
	install(TARGETS modelbook-capstone)
	install(DIRECTORY src/capstone/systems DESTINATION ${MODELBOOK_DATADIR} FILES_MATCHING PATTERN "*.yaml"
		PATTERN "*.schema.yaml" EXCLUDE)
	install(FILES docs/modelbook-capstone.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
endif()
install(FILES README.md CHANGELOG.md LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})
# The README and --help lead to them.
install(DIRECTORY docs DESTINATION ${CMAKE_INSTALL_DOCDIR} FILES_MATCHING PATTERN "*.md" PATTERN "*.png")
