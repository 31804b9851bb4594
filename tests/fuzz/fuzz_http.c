// What is understood of a request's head lies within it, and is fit to be compared and shown.
#include "fuzz.h"

#include "http_head.h"

#include <stdlib.h>
#include <string.h>

static void check_text(const struct http_text *text, const char *bytes, size_t length)
{
    if (text->bytes == NULL)
        return;
    FUZZ_REQUIRE(text->bytes >= bytes && text->bytes + text->length <= bytes + length);
    for (size_t i = 0; i < text->length; i++)
        FUZZ_REQUIRE((unsigned char)text->bytes[i] >= ' ' || text->bytes[i] == '\t');
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    struct http_head head;
    char *copy = malloc(length + 1);
    FUZZ_REQUIRE(copy != NULL);
    if (length > 0)
        memcpy(copy, bytes, length);
    const int status = http_head_parse(copy, length, &head);
    if (status == 0) {
        FUZZ_REQUIRE(head.path.length > 0 && head.path.bytes[0] == '/');
        FUZZ_REQUIRE(memchr(head.path.bytes, '?', head.path.length) == NULL);
        FUZZ_REQUIRE(head.body_bytes <= 99999999);
        FUZZ_REQUIRE(head.headers[HTTP_TRANSFER_ENCODING].bytes == NULL);
        check_text(&head.path, copy, length);
        for (size_t i = 0; i < HTTP_HEADER_COUNT; i++)
            check_text(&head.headers[i], copy, length);
    } else {
        FUZZ_REQUIRE(status == 400 || status == 411 || status == 413 || status == 505);
    }
    free(copy);
    return 0;
}
