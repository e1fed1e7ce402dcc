# Flags hang on an interface target that every module links, never on globals.
set(CMAKE_C_STANDARD 17)
set(CMAKE_C_STANDARD_REQUIRED ON)
set(CMAKE_C_EXTENSIONS ON) # renameat2, openat2, memmem
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)

option(MODELBOOK_WERROR "Warnings are errors" OFF)
set(MODELBOOK_SANITIZE "" CACHE STRING "Sanitizers, e.g. address,undefined")
option(MODELBOOK_FUZZ "Build fuzz targets with clang's libFuzzer" OFF)

add_library(modelbook_flags INTERFACE)
target_compile_definitions(modelbook_flags INTERFACE _GNU_SOURCE MODELBOOK_VERSION="${PROJECT_VERSION}")
target_include_directories(modelbook_flags INTERFACE "${CMAKE_SOURCE_DIR}/src")
target_compile_options(modelbook_flags INTERFACE
	-Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion -Wstrict-prototypes
	-Wmissing-prototypes -Wformat=2 -Wno-format-zero-length -Wundef -Wvla -Wwrite-strings
	-UNDEBUG # asserts stay on in release
	-fno-strict-aliasing -ffp-contract=off)
if(MODELBOOK_WERROR)
	target_compile_options(modelbook_flags INTERFACE -Werror)
endif()
if(MODELBOOK_SANITIZE)
	target_compile_options(modelbook_flags INTERFACE
		-fsanitize=${MODELBOOK_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
	target_link_options(modelbook_flags INTERFACE -fsanitize=${MODELBOOK_SANITIZE})
else()
	target_compile_options(modelbook_flags INTERFACE
		-fstack-protector-strong $<$<CONFIG:RelWithDebInfo>:-D_FORTIFY_SOURCE=2>)
	target_link_options(modelbook_flags INTERFACE -Wl,-z,relro,-z,now)
endif()
if(MODELBOOK_FUZZ)
	target_compile_options(modelbook_flags INTERFACE -fsanitize=fuzzer-no-link)
endif()
target_link_libraries(modelbook_flags INTERFACE m)
