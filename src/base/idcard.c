/* GB 11643-1999, and the China Disabled Persons' Federation's certificate number built on it. */
#include "base/idcard.h"

#include "base/date.h"

static bool digits(struct text number, size_t from, size_t count)
{
    for (size_t i = from; i < from + count; i++)
        if (number.at[i] < '0' || number.at[i] > '9') return false;
    return true;
}

static int digit(struct text number, size_t at)
{
    return number.at[at] - '0';
}

char idcard_check_digit(struct text number)
{
    static const int weight[17] = {7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2};
    if (number.size < 17 || !digits(number, 0, 17)) return '\0';
    int sum = 0;
    for (size_t i = 0; i < 17; i++) sum += digit(number, i) * weight[i];
    return "10X98765432"[sum % 11];
}

/* Of ASCII only: bytes are then characters, and a number with a full-width digit in it is not read shifted.
 */
static bool has_length(struct text number, size_t length)
{
    if (number.size != length) return false;
    for (size_t i = 0; i < length; i++)
        if ((unsigned char)number.at[i] >= 0x80) return false;
    return true;
}

static bool known_length(struct text number)
{
    return has_length(number, 18) || has_length(number, 20) || has_length(number, 22);
}

bool idcard_birth(struct text number, int32_t *date)
{
    if (!known_length(number) || !digits(number, 6, 8)) return false;
    int year = digit(number, 6) * 1000 + digit(number, 7) * 100 + digit(number, 8) * 10 + digit(number, 9);
    return date_make(year, digit(number, 10) * 10 + digit(number, 11),
                     digit(number, 12) * 10 + digit(number, 13), date);
}

/* The first two digits of GB/T 2260; 83 stands on residence permits of people from Taiwan, 9 on foreigners'.
 * Counties come and go with every revision of that standard, so only the province is judged. */
static bool province_exists(struct text number)
{
    static const struct {
        int first, last;
    } regions[] = {{11, 15}, {21, 23}, {31, 37}, {41, 46}, {50, 54}, {61, 65}, {71, 71}, {81, 83}, {90, 99}};
    int province = digit(number, 0) * 10 + digit(number, 1);
    for (size_t i = 0; i < sizeof regions / sizeof regions[0]; i++)
        if (province >= regions[i].first && province <= regions[i].last) return true;
    return false;
}

bool idcard_valid(struct text number)
{
    int32_t birth;
    if (number.size != 18 || !digits(number, 0, 17) || !province_exists(number) ||
        !idcard_birth(number, &birth))
        return false;
    char check = idcard_check_digit(number);
    return check != '\0' && (number.at[17] == check || (check == 'X' && number.at[17] == 'x'));
}

bool idcard_male(struct text number, bool *male)
{
    if (!known_length(number) || !digits(number, 16, 1)) return false;
    *male = digit(number, 16) % 2 == 1;
    return true;
}

bool idcard_disability(struct text number, int *kind, int *grade)
{
    if ((!has_length(number, 20) && !has_length(number, 22)) || !digits(number, 18, 2)) return false;
    *kind = digit(number, 18);
    *grade = digit(number, 19);
    return *kind >= 1 && *kind <= 7 && *grade >= 1 && *grade <= 4;
}
