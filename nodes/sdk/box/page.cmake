# clinic_add_page(TARGET FOLDER… [EXTRA /path=FILE…])
#
# Compiles the files of web folders into TARGET, as clinic_page_files[] (<clinic/page.h>). A file is served under its path
# in its folder; where two folders have the same one, the later folder's is taken. `icons.txt` of a folder names icons of
# Debian's bootstrap-icons, a line each; those of all folders become one sprite, "/icons.svg#name".
find_path(CLINIC_ICONS_FOLDER check-lg.svg PATHS /usr/share/bootstrap-icons/svg NO_DEFAULT_PATH REQUIRED
    DOC "Folder of Debian's bootstrap-icons")

function(clinic_add_page target)
    cmake_parse_arguments(page "" "" "EXTRA" ${ARGN})
    set(out ${CMAKE_CURRENT_BINARY_DIR}/${target}-page)
    set(icon_lists "")
    set(urls "")
    foreach(folder IN LISTS page_UNPARSED_ARGUMENTS)
        cmake_path(ABSOLUTE_PATH folder NORMALIZE)
        file(GLOB_RECURSE files CONFIGURE_DEPENDS RELATIVE ${folder} ${folder}/*)
        foreach(file IN LISTS files)
            if(file STREQUAL "icons.txt")
                list(APPEND icon_lists ${folder}/${file})
            elseif(NOT file MATCHES "(^|/)\\.|~$")
                list(APPEND urls /${file})
                set(file_of_/${file} ${folder}/${file})
            endif()
        endforeach()
    endforeach()
    foreach(extra IN LISTS page_EXTRA)
        string(REGEX MATCH "^([^=]+)=(.+)$" matched "${extra}")
        list(APPEND urls ${CMAKE_MATCH_1})
        set(file_of_${CMAKE_MATCH_1} ${CMAKE_MATCH_2})
    endforeach()

    if(icon_lists)
        add_custom_command(OUTPUT ${out}/icons.svg
            COMMAND ${CMAKE_COMMAND} "-DICON_LISTS=${icon_lists}" -DICONS=${CLINIC_ICONS_FOLDER} -DOUT=${out}/icons.svg
                -P ${CMAKE_CURRENT_FUNCTION_LIST_DIR}/page_icons.cmake
            DEPENDS ${icon_lists} ${CMAKE_CURRENT_FUNCTION_LIST_DIR}/page_icons.cmake VERBATIM)
        list(APPEND urls /icons.svg)
        set(file_of_/icons.svg ${out}/icons.svg)
    endif()

    list(REMOVE_DUPLICATES urls)
    list(SORT urls)
    set(rows "")
    set(depends "")
    foreach(url IN LISTS urls)
        string(APPEND rows "${url}\n${file_of_${url}}\n")
        list(APPEND depends ${file_of_${url}})
    endforeach()
    # Written only when it changed, so that a new configuration compiles nothing again.
    file(CONFIGURE OUTPUT ${out}/files.txt CONTENT "${rows}" @ONLY)
    add_custom_command(OUTPUT ${out}/page_files.c
        COMMAND ${CMAKE_COMMAND} -DROWS=${out}/files.txt -DOUT=${out}/page_files.c
            -P ${CMAKE_CURRENT_FUNCTION_LIST_DIR}/page_embed.cmake
        DEPENDS ${depends} ${out}/files.txt ${CMAKE_CURRENT_FUNCTION_LIST_DIR}/page_embed.cmake VERBATIM)
    set_source_files_properties(${out}/page_files.c PROPERTIES OBJECT_DEPENDS "${depends}")
    target_sources(${target} PRIVATE ${out}/page_files.c)
endfunction()
