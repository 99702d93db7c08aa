// Made by Tools/embed-defaults.sh; do not edit.
#include "CDefaults.h"

// #embed is C23; clang takes it in any C, with a warning that would only repeat this sentence.
#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char asset_0[] = {
#embed "../../catalogue/common-passwords.txt" suffix(,)
    0};

static const unsigned char asset_1[] = {
#embed "../../catalogue/matrix.yaml" suffix(,)
    0};

static const unsigned char asset_2[] = {
#embed "../../catalogue/profiles.yaml" suffix(,)
    0};

static const unsigned char asset_3[] = {
#embed "../../catalogue/topology.yaml" suffix(,)
    0};

static const struct usher_default assets[] = {
    {"catalogue/common-passwords.txt", asset_0, sizeof asset_0 - 1},
    {"catalogue/matrix.yaml", asset_1, sizeof asset_1 - 1},
    {"catalogue/profiles.yaml", asset_2, sizeof asset_2 - 1},
    {"catalogue/topology.yaml", asset_3, sizeof asset_3 - 1},
    {0, 0, 0},
};

size_t usher_default_count(void) { return sizeof assets / sizeof assets[0] - 1; }

const struct usher_default *usher_default_at(size_t index) {
    return index < usher_default_count() ? &assets[index] : 0;
}
