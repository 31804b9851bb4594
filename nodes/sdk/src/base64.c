#include <clinic/base64.h>

#include <mbedtls/base64.h>
#include <string.h>

void clinic_base64_encode(const uint8_t *bytes, size_t count, char *ret_text)
{
    size_t written = 0;

    ret_text[0] = '\0'; // of no bytes
    // Cannot fail: the room is there by contract.
    (void)mbedtls_base64_encode((unsigned char *)ret_text, CLINIC_BASE64_CHARACTERS(count) + 1,
                                &written, bytes, count);
}

bool clinic_base64_decode(const char *text, uint8_t *ret_bytes, size_t max, size_t *ret_count)
{
    const size_t length = strlen(text);
    size_t count = 0;

    // mbedTLS takes words that lack their padding, and line breaks.
    if (length % 4 != 0 || strpbrk(text, " \r\n") != NULL
        || mbedtls_base64_decode(ret_bytes, max, &count, (const unsigned char *)text, length) != 0)
        return false;
    *ret_count = count;
    return true;
}
