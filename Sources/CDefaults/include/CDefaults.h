// The files that travel inside the binary: workflows/, templates/ and catalogue/, as they were when it was built.
#ifndef USHER_CDEFAULTS_H
#define USHER_CDEFAULTS_H

#include <stddef.h>

/// One file. `path` is relative to the project and begins with its folder: `catalogue/matrix.yaml`.
/// All pointers live as long as the program.
struct usher_default {
    const char *path;
    const unsigned char *bytes;
    size_t length;
};

/// How many files there are.
size_t usher_default_count(void);

/// The file at `index`, in the byte order of the paths; null beyond the last.
const struct usher_default *usher_default_at(size_t index);

#endif
