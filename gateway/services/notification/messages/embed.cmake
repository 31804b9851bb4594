# Turns message files into a table of C strings:
#   cmake -DOUTPUT=<file.c> -DFILES=<a.ini,b.ini> -P embed.cmake
string(REPLACE "," ";" FILES "${FILES}")
set(rows "")
list(LENGTH FILES count)
foreach(file IN LISTS FILES)
    get_filename_component(language ${file} NAME_WE)
    file(READ ${file} text)
    string(REPLACE "\\" "\\\\" text "${text}")
    string(REPLACE "\"" "\\\"" text "${text}")
    string(REPLACE "\n" "\\n\"\n      \"" text "${text}")
    string(APPEND rows "    { \"${language}\",\n      \"${text}\" },\n")
endforeach()
file(WRITE ${OUTPUT}
"// Made from the message files by embed.cmake.
#include \"message_template.h\"

const struct message_file message_files[] = {
${rows}};
const size_t message_file_count = ${count};
")
