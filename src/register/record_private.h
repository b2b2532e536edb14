/* Rows of statements that become records: shared by lists and single records. */
#ifndef ZENGSHOU_REGISTER_RECORD_PRIVATE_H
#define ZENGSHOU_REGISTER_RECORD_PRIVATE_H

#include "register/record.h"

/* Which fields are read, in order, behind id, version and retired. */
struct record_reader {
    struct database *database;
    int reg;
    const char *language;
    const bool *wanted; /* NULL: all */
    bool *read;         /* field_count: wanted, or needed for the name */
    struct naming *naming;
    struct arena *arena; /* of the records */
};

/* wanted, extra (-1: none): a field to read besides. The reader's flags lie in the arena. */
struct record_reader record_reader_new(struct database *database, const struct scope *scope, int reg,
                                       const bool *wanted, int extra, const char *language,
                                       struct arena *arena);
void record_reader_fini(struct record_reader *reader);

/* "t.id, t.version, t.retired, …" */
void record_columns(const struct record_reader *reader, struct buffer *sql);

/* The current row. raw: its field_count values as they stand, masked or not; in the arena. */
int record_read(const struct record_reader *reader, const struct statement *statement, struct record *record,
                struct value **raw, struct err *err);
/* Names, references and masks; after the statement is done with, since it asks others. */
int record_dress(const struct record_reader *reader, struct record *record, const struct value *raw,
                 struct err *err);

#endif
