/* The borders of the townships, from the pack's GeoJSON (RFC 7946): checked feature by feature, and kept as a
 * file of their own making, which holds nothing but codes and borders, whatever else the source may carry. */
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/mem.h"
#include "base/suggest.h"
#include "pack/reader.h"

enum {
    MAP_SIZE_MAX = 4 << 20,
    FEATURES_MAX = 1000,
    RINGS_MAX = 1000, /* of a feature */
    POINTS_MAX = 100000,
    RING_LEAST = 4, /* a triangle, closed */
    LONGITUDE_MOST = 180,
    LATITUDE_MOST = 90
};

static const double GRAIN = 1e6; /* a millionth of a degree: a decimetre */

struct map_reader {
    struct reader *reader;
    const char *file;
    struct json_writer json;
    bool *seen; /* [division] */
    size_t points;
    bool faulty;
};

static void fault_at(struct map_reader *map, struct err *err, int line, int column)
{
    err_at(err, map->file, line, column);
    fault_list_add(map->reader->faults, err);
    map->faulty = true;
}

/* A fault of a feature, which is named by its code, or counted from 1. */
static bool refuse(struct map_reader *map, const char *feature, const char *zh, const char *en)
{
    struct err err;
    err_set(&err, ERR_INPUT, "%s：%s", "%s: %s", feature, zh);
    snprintf(err.en, sizeof err.en, "%s: %s", feature, en);
    fault_at(map, &err, 0, 0);
    return false;
}

/* ---- Borders ---- */

static bool is_degree(const json_t *value, double most, double *out)
{
    *out = json_number_value(value);
    return json_is_number(value) && isfinite(*out) && fabs(*out) <= most;
}

static bool read_point(struct map_reader *map, const char *feature, const json_t *point)
{
    double longitude, latitude;
    if (json_array_size(point) < 2 || !is_degree(json_array_get(point, 0), LONGITUDE_MOST, &longitude) ||
        !is_degree(json_array_get(point, 1), LATITUDE_MOST, &latitude))
        return refuse(map, feature, "每个点应是 [经度, 纬度]（WGS 84 度数，不是米）",
                      "each point should be [longitude, latitude] (degrees of WGS 84, not metres)");
    if (++map->points > POINTS_MAX)
        return refuse(map, feature, "地图的点超过 100,000 个；请先简化边界",
                      "the map has more than 100,000 points; simplify the borders first");
    json_put_array(&map->json);
    json_put_double(&map->json, round(longitude * GRAIN) / GRAIN);
    json_put_double(&map->json, round(latitude * GRAIN) / GRAIN);
    json_put_array_end(&map->json);
    return true;
}

static bool read_ring(struct map_reader *map, const char *feature, const json_t *ring)
{
    size_t count = json_array_size(ring);
    bool good = true;
    if (count < RING_LEAST || !json_equal(json_array_get(ring, 0), json_array_get(ring, count - 1)))
        return refuse(map, feature, "边界的每个环至少 4 个点，首尾相同",
                      "each ring of a border has at least 4 points, the last equal to the first");
    json_put_array(&map->json);
    for (size_t i = 0; good && i < count; i++) good = read_point(map, feature, json_array_get(ring, i));
    json_put_array_end(&map->json);
    return good;
}

static bool read_rings(struct map_reader *map, const char *feature, const json_t *rings)
{
    size_t count = json_array_size(rings);
    bool good = true;
    if (count == 0 || count > RINGS_MAX)
        return refuse(map, feature, "边界应有 1 到 1,000 个环", "a border should have 1 to 1,000 rings");
    json_put_array(&map->json);
    for (size_t i = 0; good && i < count; i++) good = read_ring(map, feature, json_array_get(rings, i));
    json_put_array_end(&map->json);
    return good;
}

static bool read_parts(struct map_reader *map, const char *feature, const json_t *parts)
{
    size_t count = json_array_size(parts);
    bool good = true;
    if (count == 0 || count > RINGS_MAX)
        return refuse(map, feature, "应有 1 到 1,000 块", "expected 1 to 1,000 parts");
    json_put_array(&map->json);
    for (size_t i = 0; good && i < count; i++) good = read_rings(map, feature, json_array_get(parts, i));
    json_put_array_end(&map->json);
    return good;
}

static bool is_word(const json_t *value, const char *word)
{
    return json_is_string(value) && strcmp(json_string_value(value), word) == 0;
}

static bool read_geometry(struct map_reader *map, const char *feature, const json_t *geometry)
{
    const json_t *type = json_object_get(geometry, "type"),
                 *coordinates = json_object_get(geometry, "coordinates");
    bool several = is_word(type, "MultiPolygon");
    if (!several && !is_word(type, "Polygon"))
        return refuse(map, feature, "geometry 应是 Polygon 或 MultiPolygon",
                      "its geometry should be a Polygon or a MultiPolygon");
    json_put_object(&map->json);
    json_member_string(&map->json, "type", several ? "MultiPolygon" : "Polygon");
    json_put_key(&map->json, "coordinates");
    bool good = several ? read_parts(map, feature, coordinates) : read_rings(map, feature, coordinates);
    json_put_object_end(&map->json);
    return good;
}

/* ---- Features ---- */

static bool unknown_code(struct map_reader *map, const char *feature, struct text code)
{
    const struct pack *pack = map->reader->pack;
    struct suggest suggest = suggest_start(code);
    struct err err;
    for (size_t i = 0; i < pack->division_count; i++)
        if (pack->divisions[i].level == DIVISION_TOWNSHIP) suggest_offer(&suggest, pack->divisions[i].code);
    if (suggest.best.size > 0)
        err_set(&err, ERR_INPUT, "%s：没有代码为“%.*s”的乡镇；是否要写“%.*s”？",
                "%s: no township has the code `%.*s`; did you mean `%.*s`?", feature,
                TEXT_ARGS(yaml_shown(code)), TEXT_ARGS(suggest.best));
    else
        err_set(&err, ERR_INPUT, "%s：没有代码为“%.*s”的乡镇", "%s: no township has the code `%.*s`", feature,
                TEXT_ARGS(yaml_shown(code)));
    fault_at(map, &err, 0, 0);
    return false;
}

static bool read_code(struct map_reader *map, const char *feature, const json_t *properties,
                      struct text *code)
{
    const json_t *value = json_object_get(properties, "code");
    if (!json_is_string(value))
        return refuse(map, feature, "properties 里应有 code：乡镇的代码，写成文本",
                      "its properties should have `code`: the township's code, as text");
    *code = text_of(json_string_value(value));
    int division = pack_division_find(map->reader->pack, *code);
    if (division < 0 || map->reader->pack->divisions[division].level != DIVISION_TOWNSHIP)
        return unknown_code(map, feature, *code);
    if (map->seen[division])
        return refuse(map, feature, "这个乡镇已经有边界；几块请合成一个 MultiPolygon",
                      "the township has borders already; put its parts into one MultiPolygon");
    map->seen[division] = true;
    return true;
}

static void read_feature(struct map_reader *map, size_t index, const json_t *feature)
{
    char name[64];
    struct text code;
    snprintf(name, sizeof name, "features[%zu]", index);
    if (!is_word(json_object_get(feature, "type"), "Feature")) {
        refuse(map, name, "type 应是 Feature", "its type should be Feature");
        return;
    }
    if (!read_code(map, name, json_object_get(feature, "properties"), &code)) return;
    json_put_object(&map->json);
    json_member_string(&map->json, "type", "Feature");
    json_put_key(&map->json, "properties");
    json_put_object(&map->json);
    json_member_text(&map->json, "code", code);
    json_put_object_end(&map->json);
    json_put_key(&map->json, "geometry");
    read_geometry(map, name, json_object_get(feature, "geometry"));
    json_put_object_end(&map->json);
}

static void all_have_borders(struct map_reader *map)
{
    const struct pack *pack = map->reader->pack;
    struct err err;
    for (size_t i = 0; !map->faulty && i < pack->division_count; i++) {
        const struct pack_division *division = &pack->divisions[i];
        if (division->level != DIVISION_TOWNSHIP || map->seen[i]) continue;
        err_set(&err, ERR_INPUT, "乡镇“%.*s”（%.*s）没有边界", "the township %.*s (%.*s) has no borders",
                TEXT_ARGS(division->name), TEXT_ARGS(division->code));
        fault_at(map, &err, 0, 0);
    }
}

static void read_features(struct map_reader *map, const json_t *root)
{
    const json_t *features = json_object_get(root, "features");
    size_t count = json_array_size(features);
    struct err err;
    if (!is_word(json_object_get(root, "type"), "FeatureCollection") || count == 0 || count > FEATURES_MAX) {
        err_set(&err, ERR_INPUT, "地图应是有 1 到 1,000 个 features 的 FeatureCollection",
                "a map should be a FeatureCollection of 1 to 1,000 features");
        fault_at(map, &err, 0, 0);
        return;
    }
    json_put_object(&map->json);
    json_member_string(&map->json, "type", "FeatureCollection");
    json_put_key(&map->json, "features");
    json_put_array(&map->json);
    for (size_t i = 0; i < count && map->points <= POINTS_MAX; i++)
        read_feature(map, i, json_array_get(features, i));
    json_put_array_end(&map->json);
    json_put_object_end(&map->json);
    all_have_borders(map);
}

/* ---- The file ---- */

static void parse(struct map_reader *map, struct text content)
{
    json_error_t problem;
    struct err err;
    if (content.size > MAP_SIZE_MAX) {
        err_set(&err, ERR_INPUT, "地图超过 4 MiB；请先简化边界",
                "the map is larger than 4 MiB; simplify the borders first");
        fault_at(map, &err, 0, 0);
        return;
    }
    json_t *root =
        json_loadb(content.size == 0 ? "" : content.at, content.size, JSON_REJECT_DUPLICATES, &problem);
    if (root == NULL) {
        err_set(&err, ERR_INPUT, "不是有效的 JSON：%s", "not valid JSON: %s", problem.text);
        fault_at(map, &err, problem.line, problem.column < 1 ? 1 : problem.column);
        return;
    }
    read_features(map, root);
    json_decref(root);
}

void read_map(struct reader *reader)
{
    struct pack *pack = reader->pack;
    const struct yaml_node *divisions = yaml_get(reader->documents[DOCUMENT_PACK][0], "divisions"), *node;
    struct text path;
    if (yaml_kind(divisions) != YAML_MAPPING || (node = yaml_get(divisions, "map")) == NULL ||
        !yaml_string(node, &path, reader->faults))
        return;
    const struct pack_file *file = files_find(pack, path);
    if (file == NULL || !text_ends(path, TEXT(".geojson"))) {
        yaml_fault(node, reader->faults, "配置包中没有地图文件“%.*s”（应以 .geojson 结尾）",
                   "there is no map `%.*s` in the pack (its name should end in .geojson)",
                   TEXT_ARGS(yaml_shown(path)));
        return;
    }
    if (pack->division_count == 0) return; /* faulty, and told already */
    struct buffer out = {0};
    struct map_reader map = {.reader = reader,
                             .file = reader_file(reader, path),
                             .json = json_start(&out),
                             .seen = mem_new(pack->division_count, sizeof(bool))};
    parse(&map, file->content);
    if (!map.faulty) pack->map = arena_text(reader->arena, buffer_get(&out));
    free(map.seen);
    buffer_fini(&out);
}
