# Runs PROGRAM with the committed seed into OUT and compares with the logs in LOGS.
file(MAKE_DIRECTORY "${OUT}")
execute_process(COMMAND "${PROGRAM}" "${OUT}" 2024 RESULT_VARIABLE status OUTPUT_QUIET)
if(NOT status EQUAL 0)
	message(FATAL_ERROR "modelbook-sample ended with ${status}")
endif()
foreach(log IN ITEMS reference candidate production-2025)
	execute_process(COMMAND ${CMAKE_COMMAND} -E compare_files "${OUT}/${log}.csv" "${LOGS}/${log}.csv"
		RESULT_VARIABLE differs)
	if(differs)
		message(FATAL_ERROR "${log}.csv is not what the program writes")
	endif()
endforeach()
