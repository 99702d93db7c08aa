#pragma once
#include <jansson.h>
#include <jose/b64.h>
#include <jose/jwk.h>
#include <jose/openssl.h>
#include <malloc.h>
#include <stdlib.h>
#include <string.h>

/// Frees what malloc gave, wiped: private keys pass through jansson's texts.
static void cjose_free(void *memory) {
    if (memory == NULL) return;
    explicit_bzero(memory, malloc_usable_size(memory));
    free(memory);
}

/// From here on jansson wipes whatever it frees, for the whole process, in which nobody else uses it.
/// What it allocated before came from malloc too, so the moment does not matter.
static inline void cjose_wipe_what_is_freed(void) { json_set_alloc_funcs(malloc, cjose_free); }
