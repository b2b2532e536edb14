/* The county with its roles is built by hand, so that tests may bend it. */
#include "support.h"

#include "base/mem.h"

static const int bureau[] = {UNIT_BUREAU}, labour[] = {UNIT_LABOUR};
static const int clause_households[] = {0}, clause_jobs[] = {2};

static void build_plan(struct pack *pack)
{
    static const struct pack_unit units[UNITS] = {
        {.label = {TEXT("bureau"), TEXT("乡村振兴局"), TEXT("Bureau")}, .kind = TEXT("department")},
        {.label = {TEXT("labour"), TEXT("人社局"), TEXT("Labour")}, .kind = TEXT("department")},
    };
    static const struct pack_plan_clause clauses[] = {
        {.id = TEXT("1"), .parent = -1, .lead = bureau, .lead_count = 1},
        {.id = TEXT("2"), .parent = -1, .responsible = labour, .responsible_count = 1},
        {.id = TEXT("2.1"), .parent = 1},
    };
    pack->units = arena_alloc(&pack->arena, sizeof units);
    memcpy(pack->units, units, sizeof units);
    pack->unit_count = UNITS;
    pack->clauses = arena_alloc(&pack->arena, sizeof clauses);
    memcpy(pack->clauses, clauses, sizeof clauses);
    pack->clause_count = 3;
    pack->registers[HOUSEHOLD].clause = (struct pack_clause){clause_households, 1};
    pack->registers[JOB].clause = (struct pack_clause){clause_jobs, 1};
}

static void build_feeds(struct pack *pack)
{
    static const struct feed_part jobs[] = {{.reg = PERSON, .mode = FEED_MATCH},
                                            {.reg = JOB, .mode = FEED_WRITE}};
    static const struct feed_part people[] = {{.reg = HOUSEHOLD, .mode = FEED_WRITE},
                                              {.reg = PERSON, .mode = FEED_WRITE}};
    static const struct pack_feed feeds[FEEDS] = {
        {.label = {.name = TEXT("jobs")}, .parts = jobs, .part_count = 2, .clause = {clause_jobs, 1}},
        {.label = {.name = TEXT("people")},
         .parts = people,
         .part_count = 2,
         .clause = {clause_households, 1}},
    };
    pack->feeds = arena_alloc(&pack->arena, sizeof feeds);
    memcpy(pack->feeds, feeds, sizeof feeds);
    pack->feed_count = FEEDS;
}

static void put_role(struct pack *pack, int at, const char *name, struct pack_role role, uint8_t everywhere)
{
    role.label = (struct label){text_of(name), text_of(name), text_of(name)};
    role.rights = arena_array(&pack->arena, REGISTERS, sizeof *role.rights);
    memset(role.rights, everywhere, REGISTERS);
    pack->roles[at] = role;
}

static void build_roles(struct pack *pack)
{
    enum { WRITE = RIGHT_READ | RIGHT_CREATE | RIGHT_EDIT, ALL = WRITE | RIGHT_RETIRE | RIGHT_EXPORT };
    const uint32_t everything = (1u << ABILITY_COUNT) - 1;
    pack->roles = arena_array(&pack->arena, ROLES, sizeof *pack->roles);
    pack->role_count = ROLES;
    put_role(pack, ROLE_ADMIN, "admin",
             (struct pack_role){.rows = ROWS_EVERYWHERE, .abilities = everything, .unmasked = 0x1E}, ALL);
    put_role(pack, ROLE_DEPARTMENT, "department",
             (struct pack_role){.rows = ROWS_EVERYWHERE, .owned = WRITE, .abilities = 1u << ABILITY_IMPORT},
             0);
    pack->roles[ROLE_DEPARTMENT].rights[PERSON] = RIGHT_READ;
    put_role(pack, ROLE_TOWNSHIP, "township",
             (struct pack_role){.rows = ROWS_DIVISION,
                                .level = DIVISION_TOWNSHIP,
                                .abilities = 1u << ABILITY_IMPORT | 1u << ABILITY_DASHBOARD,
                                .unmasked = 1u << SENSITIVE_PHONE},
             ALL);
    put_role(pack, ROLE_VILLAGE, "village",
             (struct pack_role){.rows = ROWS_DIVISION, .level = DIVISION_VILLAGE}, WRITE);
    put_role(pack, ROLE_HELPER, "helper", (struct pack_role){.rows = ROWS_ASSIGNED}, RIGHT_READ | RIGHT_EDIT);
    pack->roles[ROLE_HELPER].rights[JOB] = 0;
    put_role(pack, ROLE_LEADER, "leader",
             (struct pack_role){.rows = ROWS_EVERYWHERE, .abilities = 1u << ABILITY_DASHBOARD}, RIGHT_READ);
}

struct pack *access_pack(void)
{
    struct pack *pack = fixture_pack();
    build_plan(pack);
    build_feeds(pack);
    build_roles(pack);
    return pack;
}

/* ---- A database ---- */

static int64_t clock_of(void *context)
{
    return ((struct stand *)context)->clock;
}

static struct access *open_access(struct stand *stand, struct database *database)
{
    /* The least that Argon2id allows: what it costs is not what is tested here. */
    const struct access_options options = {
        .now = clock_of, .context = stand, .memory = 8192, .passes = 1, .idle = 3600, .longest = 36000};
    struct access *access;
    OK(access_open(database, &options, &access, &err));
    return access;
}

struct stand *stand_new(const struct place *place)
{
    struct stand *stand = mem_new(1, sizeof *stand);
    stand->place = place;
    stand->pack = access_pack();
    stand->clock = 1700000000;
    stand->database = fixture_database(place, stand->pack);
    OK(access_init(place->path, &err));
    stand->access = open_access(stand, stand->database);
    return stand;
}

void stand_free(struct stand *stand)
{
    access_close(stand->access);
    database_close(stand->database);
    fixture_free(stand->pack);
    free(stand);
}

struct access *second_open(struct stand *stand, struct database **database)
{
    OK(database_open_with(stand->place->path, false, stand->pack, database, &err));
    return open_access(stand, *database);
}

void second_close(struct access *access, struct database *database)
{
    access_close(access);
    database_close(database);
}

/* ---- Users ---- */

struct user_settings settings_of(const char *role)
{
    static const struct text township = {"430421101", 9}, village = {"430421101001", 12};
    static const int64_t subjects[] = {1, 2};
    struct user_settings settings = {.display_name = TEXT("某某"), .role = text_of(role)};
    if (strcmp(role, "department") == 0) settings.unit = TEXT("labour");
    if (strcmp(role, "township") == 0) settings.divisions = &township;
    if (strcmp(role, "village") == 0) settings.divisions = &village;
    settings.division_count = settings.divisions != NULL;
    if (strcmp(role, "helper") == 0) {
        settings.subjects = subjects;
        settings.subject_count = 2;
    }
    return settings;
}

int64_t add_user(struct stand *stand, const char *name, const struct user_settings *settings)
{
    int64_t id;
    const struct user_new user = {text_of(name), TEXT(PASSWORD), *settings, true};
    OK(user_add(stand->access, TEXT("root"), &user, &id, &err));
    return id;
}

int try_log_in(struct access *access, const char *name, const char *password, char token[ACCESS_SECRET],
               int64_t *wait, struct err *err)
{
    const struct access_attempt attempt = {text_of(name), text_of(password), TEXT("10.1.2.3")};
    return access_login(access, &attempt, token, wait, err);
}

struct text log_in(struct stand *stand, const char *name)
{
    static char token[ACCESS_SECRET];
    int64_t wait;
    OK(try_log_in(stand->access, name, PASSWORD, token, &wait, &err));
    return text_of(token);
}
