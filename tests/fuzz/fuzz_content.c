/* Any bytes as an uploaded file. What is refused says why in both languages; what is taken is taken again,
 * and nothing is left to take out of it. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "files/content.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct content first, second;
    struct err err = {0};
    int code = content_check((struct text){(const char *)data, size}, false, &first, &err);
    assert(code == 0 || (err.code == code && err.zh[0] != '\0' && err.en[0] != '\0'));
    if (code == 0) {
        assert(content_check(buffer_get(&first.bytes), false, &second, &err) == 0);
        assert(second.type == first.type && second.bytes.size == first.bytes.size);
        assert(memcmp(second.bytes.data, first.bytes.data, first.bytes.size) == 0);
        content_fini(&second);
    }
    content_fini(&first);
    return 0;
}
