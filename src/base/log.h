/* The program's own words to the operator, on stderr, one line each. Never a person's data, never a secret.
 */
#ifndef ZENGSHOU_BASE_LOG_H
#define ZENGSHOU_BASE_LOG_H

enum log_level { LOG_ERROR, LOG_WARNING, LOG_NOTICE, LOG_DEBUG };

struct log {
    enum log_level level; /* more talkative lines are dropped */
    const char *language; /* "zh" or "en" */
};

/* Both formats consume the same arguments. log may be NULL (silence). */
void log_say(const struct log *log, enum log_level level, const char *zh, const char *en, ...)
    __attribute__((format(printf, 3, 5), format(printf, 4, 5)));

#endif
