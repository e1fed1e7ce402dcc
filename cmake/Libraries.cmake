# Third-party libraries, all from the distribution; script/setup names the packages.
find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
foreach(library IN ITEMS yaml-0.1 libcmark-gfm cairo freetype2 libpng gsl jansson libpcre2-8 libidn2 gumbo
		libutf8proc libxxhash libxml-2.0 zlib xlsxwriter nettle minizip libgit2)
	string(MAKE_C_IDENTIFIER "${library}" id)
	pkg_check_modules(${id} REQUIRED IMPORTED_TARGET "${library}")
	add_library(lib::${library} ALIAS PkgConfig::${id})
endforeach()
# Debian ships no .pc file for the extensions.
find_library(CMARK_GFM_EXTENSIONS cmark-gfm-extensions REQUIRED)
# Plot labels are measured with this font, and it is shipped with the theme.
find_file(MODELBOOK_FONT DejaVuSans.ttf PATHS /usr/share/fonts/truetype/dejavu REQUIRED NO_DEFAULT_PATH)
# Of the reference system alone.
if(MODELBOOK_CAPSTONE)
	foreach(library IN ITEMS xgboost libmicrohttpd)
		pkg_check_modules(${library} IMPORTED_TARGET "${library}")
	endforeach()
	# Debian ships no .pc file for liblinear.
	find_library(LIBLINEAR linear)
	find_path(LIBLINEAR_INCLUDE linear.h)
	if(NOT xgboost_FOUND OR NOT libmicrohttpd_FOUND OR NOT LIBLINEAR OR NOT LIBLINEAR_INCLUDE)
		message(FATAL_ERROR "The reference system needs xgboost, libmicrohttpd and liblinear: "
			"run script/setup capstone, or leave it out with -DMODELBOOK_CAPSTONE=OFF.")
	endif()
	foreach(library IN ITEMS xgboost libmicrohttpd)
		add_library(lib::${library} ALIAS PkgConfig::${library})
	endforeach()
	add_library(linear INTERFACE)
	target_link_libraries(linear INTERFACE ${LIBLINEAR})
	target_include_directories(linear INTERFACE ${LIBLINEAR_INCLUDE})
	add_library(lib::linear ALIAS linear)
endif()
