/* A register can be imported without anybody having written a feed for it: its own headings and key are one.
 */
#include "base/suggest.h"
#include "exchange/import.h"

static void offer(struct suggest *suggest, const struct label *label)
{
    suggest_offer(suggest, label->name);
    suggest_offer(suggest, label->zh);
    suggest_offer(suggest, label->en);
}

static int not_found(const struct pack *pack, struct text name, struct err *err)
{
    struct suggest suggest = suggest_start(name);
    for (size_t i = 0; i < pack->feed_count; i++) offer(&suggest, &pack->feeds[i].label);
    for (size_t i = 0; i < pack->schema.register_count; i++)
        offer(&suggest, &pack->schema.registers[i].label);
    if (suggest.best.size == 0)
        return err_set(err, ERR_NOT_FOUND, "没有名为“%.*s”的登记册或导入表",
                       "there is no register or feed `%.*s`", TEXT_ARGS(name));
    return err_set(err, ERR_NOT_FOUND, "没有名为“%.*s”的登记册或导入表，是不是“%.*s”？",
                   "there is no register or feed `%.*s`; did you mean `%.*s`?", TEXT_ARGS(name),
                   TEXT_ARGS(suggest.best));
}

int import_feed(const struct pack *pack, struct text name, struct arena *arena, const struct pack_feed **feed,
                struct err *err)
{
    int index = pack_feed_find(pack, name);
    if (index >= 0) {
        *feed = &pack->feeds[index];
        return 0;
    }
    int reg = schema_register_find(&pack->schema, name);
    if (reg < 0) return not_found(pack, name, err);
    struct pack_feed *made = arena_alloc(arena, sizeof *made);
    struct feed_part *part = arena_alloc(arena, sizeof *part);
    *part = (struct feed_part){.reg = reg,
                               .mode = FEED_WRITE,
                               .key = pack->registers[reg].key,
                               .key_count = pack->registers[reg].key_count,
                               .needs = pack->registers[reg].key,
                               .needs_count = pack->registers[reg].key_count};
    *made = (struct pack_feed){.label = pack->schema.registers[reg].label, .parts = part, .part_count = 1};
    *feed = made;
    return 0;
}
