/* A form wants all its mistakes at once, beside their fields; one error would make it a guessing game. */
#include "server/fault.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"

int fault_say(struct err *err, enum err_code code, const char *zh, const char *en)
{
    if (err == NULL) return code;
    *err = (struct err){.code = code};
    snprintf(err->zh, sizeof err->zh, "%s", zh);
    snprintf(err->en, sizeof err->en, "%s", en);
    err->zh[text_valid_prefix(text_of(err->zh))] = '\0';
    err->en[text_valid_prefix(text_of(err->en))] = '\0';
    return code;
}

void faults_add(struct faults *faults, const char *field, const struct err *err)
{
    if (faults->count == FAULTS_MAX) return;
    faults->items = mem_grow(faults->items, &faults->capacity, faults->count + 1, sizeof *faults->items);
    struct fault *fault = &faults->items[faults->count++];
    snprintf(fault->field, sizeof fault->field, "%s", field);
    fault->field[text_valid_prefix(text_of(fault->field))] = '\0';
    fault->err = *err;
}

void faults_fini(struct faults *faults)
{
    free(faults->items);
    *faults = (struct faults){0};
}
