/* Runs every file of a corpus folder through a fuzz target, so that each input that once found a fault stays
 * a test in builds that know no libFuzzer. */
#include <dirent.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int by_name(const struct dirent **left, const struct dirent **right)
{
    return strcmp((*left)->d_name, (*right)->d_name);
}

static int visible(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

/* Exactly as many bytes as the file has, so that the sanitizer sees a read beyond them. */
static uint8_t *read_whole(const char *path, size_t *size)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL || fseek(file, 0, SEEK_END) != 0) {
        fprintf(stderr, "# %s: %s\n", path, strerror(errno));
        exit(1);
    }
    *size = (size_t)ftell(file);
    rewind(file);
    uint8_t *bytes = malloc(*size == 0 ? 1 : *size);
    if (bytes == NULL || fread(bytes, 1, *size, file) != *size) {
        fprintf(stderr, "# %s: cannot be read\n", path);
        exit(1);
    }
    fclose(file);
    return bytes;
}

int main(int argc, char **argv)
{
    if (argc != 2) {
        fprintf(stderr, "usage: %s CORPUS_FOLDER\n", argv[0]);
        return 2;
    }
    struct dirent **entries;
    int count = scandir(argv[1], &entries, visible, by_name);
    if (count <= 0) {
        fprintf(stderr, "# %s: no inputs\n", argv[1]);
        return 1;
    }
    printf("1..1\n");
    for (int i = 0; i < count; i++) {
        char path[4096];
        snprintf(path, sizeof path, "%s/%s", argv[1], entries[i]->d_name);
        /* Before the input runs: when it crashes, the last line names it. */
        printf("# %s\n", entries[i]->d_name);
        fflush(stdout);
        size_t size;
        uint8_t *bytes = read_whole(path, &size);
        LLVMFuzzerTestOneInput(bytes, size);
        free(bytes);
        free(entries[i]);
    }
    free(entries);
    printf("ok 1 - %d inputs\n", count);
    return 0;
}
