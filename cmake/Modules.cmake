# modelbook_module(measure psi.c … DEPS base read PRIVATE_DEPS lib::gsl)
# One static library for a folder of src/. It sees only the folders that it names.
function(modelbook_module name)
	cmake_parse_arguments(arg "" "" "DEPS;PRIVATE_DEPS" ${ARGN})
	add_library(${name} STATIC ${arg_UNPARSED_ARGUMENTS})
	target_link_libraries(${name} PUBLIC modelbook_flags ${arg_DEPS} PRIVATE ${arg_PRIVATE_DEPS})
endfunction()

# modelbook_unit_test(measure test_psi [DEPS …]): tests/unit/measure/test_psi.c, a cmocka program.
function(modelbook_unit_test folder name)
	cmake_parse_arguments(arg "" "" "DEPS" ${ARGN})
	add_executable(${name} ${CMAKE_SOURCE_DIR}/tests/unit/${folder}/${name}.c)
	target_link_libraries(${name} PRIVATE ${folder} ${arg_DEPS} cmocka)
	add_test(NAME unit/${folder}/${name} COMMAND ${name}
		WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})
	set_tests_properties(unit/${folder}/${name} PROPERTIES LABELS unit
		ENVIRONMENT "MODELBOOK_DEFAULTS=${CMAKE_SOURCE_DIR}")
endfunction()
