# Writes the C file (OUT) that compiles files into a program, each as it is and packed. ROWS: a file with two lines each,
# path on the page and file.
set(type_of_html "text/html; charset=utf-8")
set(type_of_css "text/css; charset=utf-8")
set(type_of_js "text/javascript; charset=utf-8")
set(type_of_json "application/json")
set(type_of_svg "image/svg+xml")
set(type_of_png "image/png")
set(type_of_ico "image/x-icon")
set(type_of_woff2 "font/woff2")
set(type_of_txt "text/plain; charset=utf-8")
set(type_of_webmanifest "application/manifest+json")

find_program(GZIP gzip REQUIRED)
get_filename_component(packed_folder ${OUT} DIRECTORY)
string(APPEND packed_folder "/packed")
file(MAKE_DIRECTORY ${packed_folder})

file(STRINGS ${ROWS} lines)
list(LENGTH lines left)
set(symbols "")
set(rows "")
set(count 0)
while(left GREATER 0)
    list(POP_FRONT lines url file)
    list(LENGTH lines left)
    string(REGEX MATCH "[^.]*$" suffix "${url}")
    if(NOT DEFINED type_of_${suffix})
        message(FATAL_ERROR "${file}: page_embed.cmake knows no media type for \".${suffix}\".")
    endif()
    file(SHA256 ${file} digest)
    string(SUBSTRING ${digest} 0 32 digest)
    file(SIZE ${file} length)
    set(packed ${packed_folder}/${count}.gz)
    execute_process(COMMAND ${GZIP} -9 -n -c ${file} OUTPUT_FILE ${packed} COMMAND_ERROR_IS_FATAL ANY)
    file(SIZE ${packed} packed_length)
    string(APPEND symbols "FILE_BYTES(page_file_${count}, \"${file}\")\n"
        "FILE_BYTES(page_packed_${count}, \"${packed}\")\n")
    string(APPEND rows "    { \"${url}\", \"${type_of_${suffix}}\", \"W/\\\"${digest}\\\"\", page_file_${count}, ${length},\n"
        "      page_packed_${count}, ${packed_length} },\n")
    math(EXPR count "${count} + 1")
endwhile()
if(count EQUAL 0)
    set(rows "    { \"\", \"\", \"\", (const unsigned char *)\"\", 0, NULL, 0 },\n")
endif()

file(WRITE ${OUT}
"// The files of this program's page: read by the assembler, since a compiler takes seconds for them.
#include <clinic/page.h>

#define FILE_BYTES(symbol, path)                                                                   \\
    extern const unsigned char symbol[];                                                           \\
    __asm__(\".pushsection .rodata, \\\"a\\\"\\n\" #symbol \":\\n.incbin \\\"\" path \"\\\"\\n.byte 0\\n.popsection\\n\");

${symbols}
const struct clinic_page_file clinic_page_files[] = {
${rows}};
const size_t clinic_page_file_count = ${count};
")
