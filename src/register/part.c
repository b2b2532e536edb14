/* Each register says its part by the one it hangs on, so that the clustered keys are used. */
#include "register/part.h"

#include "register/sql.h"

static bool hangs_on(const struct pack *pack, int reg, int above)
{
    while (reg >= 0 && reg != above) reg = register_of(pack, reg)->parent;
    return reg >= 0;
}

static void add_ids(struct buffer *sql, const struct pack *pack, int reg, const struct frame_part *part)
{
    if (reg == part->reg) {
        buffer_printf(sql, "id IN (SELECT id FROM %s)", part->table);
        return;
    }
    int parent = register_of(pack, reg)->parent;
    sql_field(sql, NULL, pack, reg, register_of(pack, reg)->parent_field);
    if (parent == part->reg) {
        buffer_printf(sql, " IN (SELECT id FROM %s)", part->table);
        return;
    }
    buffer_string(sql, " IN (SELECT id FROM ");
    sql_table(sql, pack, parent);
    buffer_string(sql, " WHERE ");
    add_ids(sql, pack, parent, part);
    buffer_char(sql, ')');
}

void part_condition(struct buffer *sql, const struct pack *pack, int reg, const struct frame_part *part)
{
    if (part == NULL || !hangs_on(pack, reg, part->reg)) return;
    buffer_string(sql, " WHERE t.");
    add_ids(sql, pack, reg, part);
}
