/* The same verifications by liboath (oath-toolkit): prints NAME and calls per second, as BenchmarkOTP does. */
#include <liboath/oath.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct verification {
    char kind[16];
    char secret[20];
    long now;
    char code[16];
};

static double seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static void measure(const char *kind, const struct verification *all, size_t count) {
    size_t chosen[4096], total = 0, next = 0;
    long calls = 0, accepted = 0;
    for (size_t index = 0; index < count && total < 4096; index++)
        if (strcmp(all[index].kind, kind) == 0) chosen[total++] = index;
    if (total == 0) exit(2);
    double start = seconds(), elapsed = 0;
    while (elapsed < 1) {
        for (int round = 0; round < 4096; round++) {
            const struct verification *one = &all[chosen[next]];
            next = next + 1 == total ? 0 : next + 1;
            accepted += oath_totp_validate(one->secret, sizeof one->secret, one->now, 30, 0, 1, one->code) >= 0;
        }
        calls += 4096;
        elapsed = seconds() - start;
    }
    printf("verify-%s\t%.0f\t%s\n", kind, (double)calls / elapsed, accepted > 0 ? "right" : "wrong");
}

int main(int argc, char **argv) {
    static struct verification all[8192];
    size_t count = 0;
    char hexadecimal[64];
    FILE *file = argc == 2 ? fopen(argv[1], "r") : NULL;
    if (file == NULL || oath_init() != OATH_OK) return 2;
    while (count < 8192
           && fscanf(file, "%15s %40s %ld %15s", all[count].kind, hexadecimal, &all[count].now, all[count].code) == 4) {
        for (int index = 0; index < 20; index++) {
            unsigned byte;
            if (sscanf(hexadecimal + 2 * index, "%2x", &byte) != 1) return 2;
            all[count].secret[index] = (char)byte;
        }
        count++;
    }
    fclose(file);
    const char *kinds[] = {"before", "current", "after", "wrong"};
    for (int index = 0; index < 4; index++) measure(kinds[index], all, count);
    return 0;
}
