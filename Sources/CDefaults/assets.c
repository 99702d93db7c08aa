// Made by Tools/embed-defaults.sh; do not edit.
#include "CDefaults.h"

// #embed is C23; clang takes it in any C, with a warning that would only repeat this sentence.
#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char asset_0[] = {
#embed "../../api/openapi.yaml" suffix(,)
    0};

static const unsigned char asset_1[] = {
#embed "../../catalogue/calendars/default.yaml" suffix(,)
    0};

static const unsigned char asset_2[] = {
#embed "../../catalogue/calendars/england.yaml" suffix(,)
    0};

static const unsigned char asset_3[] = {
#embed "../../catalogue/calendars/france-alsace-moselle.yaml" suffix(,)
    0};

static const unsigned char asset_4[] = {
#embed "../../catalogue/calendars/france.yaml" suffix(,)
    0};

static const unsigned char asset_5[] = {
#embed "../../catalogue/common-passwords.txt" suffix(,)
    0};

static const unsigned char asset_6[] = {
#embed "../../catalogue/matrix.yaml" suffix(,)
    0};

static const unsigned char asset_7[] = {
#embed "../../catalogue/profiles.yaml" suffix(,)
    0};

static const unsigned char asset_8[] = {
#embed "../../catalogue/topology.yaml" suffix(,)
    0};

static const unsigned char asset_9[] = {
#embed "../../templates/mail/de/access-asked.html.mustache" suffix(,)
    0};

static const unsigned char asset_10[] = {
#embed "../../templates/mail/de/access-asked.txt.mustache" suffix(,)
    0};

static const unsigned char asset_11[] = {
#embed "../../templates/mail/de/access-ended.html.mustache" suffix(,)
    0};

static const unsigned char asset_12[] = {
#embed "../../templates/mail/de/access-ended.txt.mustache" suffix(,)
    0};

static const unsigned char asset_13[] = {
#embed "../../templates/mail/de/access-ending.html.mustache" suffix(,)
    0};

static const unsigned char asset_14[] = {
#embed "../../templates/mail/de/access-ending.txt.mustache" suffix(,)
    0};

static const unsigned char asset_15[] = {
#embed "../../templates/mail/de/access-lapsed.html.mustache" suffix(,)
    0};

static const unsigned char asset_16[] = {
#embed "../../templates/mail/de/access-lapsed.txt.mustache" suffix(,)
    0};

static const unsigned char asset_17[] = {
#embed "../../templates/mail/de/access-lessened.html.mustache" suffix(,)
    0};

static const unsigned char asset_18[] = {
#embed "../../templates/mail/de/access-lessened.txt.mustache" suffix(,)
    0};

static const unsigned char asset_19[] = {
#embed "../../templates/mail/de/access-withdrawn.html.mustache" suffix(,)
    0};

static const unsigned char asset_20[] = {
#embed "../../templates/mail/de/access-withdrawn.txt.mustache" suffix(,)
    0};

static const unsigned char asset_21[] = {
#embed "../../templates/mail/de/account-closed.html.mustache" suffix(,)
    0};

static const unsigned char asset_22[] = {
#embed "../../templates/mail/de/account-closed.txt.mustache" suffix(,)
    0};

static const unsigned char asset_23[] = {
#embed "../../templates/mail/de/account-resumed.html.mustache" suffix(,)
    0};

static const unsigned char asset_24[] = {
#embed "../../templates/mail/de/account-resumed.txt.mustache" suffix(,)
    0};

static const unsigned char asset_25[] = {
#embed "../../templates/mail/de/account-suspended.html.mustache" suffix(,)
    0};

static const unsigned char asset_26[] = {
#embed "../../templates/mail/de/account-suspended.txt.mustache" suffix(,)
    0};

static const unsigned char asset_27[] = {
#embed "../../templates/mail/de/address-asked.html.mustache" suffix(,)
    0};

static const unsigned char asset_28[] = {
#embed "../../templates/mail/de/address-asked.txt.mustache" suffix(,)
    0};

static const unsigned char asset_29[] = {
#embed "../../templates/mail/de/address-changed.html.mustache" suffix(,)
    0};

static const unsigned char asset_30[] = {
#embed "../../templates/mail/de/address-changed.txt.mustache" suffix(,)
    0};

static const unsigned char asset_31[] = {
#embed "../../templates/mail/de/address-proof.html.mustache" suffix(,)
    0};

static const unsigned char asset_32[] = {
#embed "../../templates/mail/de/address-proof.txt.mustache" suffix(,)
    0};

static const unsigned char asset_33[] = {
#embed "../../templates/mail/de/address-told.html.mustache" suffix(,)
    0};

static const unsigned char asset_34[] = {
#embed "../../templates/mail/de/address-told.txt.mustache" suffix(,)
    0};

static const unsigned char asset_35[] = {
#embed "../../templates/mail/de/api-account-asked.html.mustache" suffix(,)
    0};

static const unsigned char asset_36[] = {
#embed "../../templates/mail/de/api-account-asked.txt.mustache" suffix(,)
    0};

static const unsigned char asset_37[] = {
#embed "../../templates/mail/de/api-account-open.html.mustache" suffix(,)
    0};

static const unsigned char asset_38[] = {
#embed "../../templates/mail/de/api-account-open.txt.mustache" suffix(,)
    0};

static const unsigned char asset_39[] = {
#embed "../../templates/mail/de/api-account-orphaned.html.mustache" suffix(,)
    0};

static const unsigned char asset_40[] = {
#embed "../../templates/mail/de/api-account-orphaned.txt.mustache" suffix(,)
    0};

static const unsigned char asset_41[] = {
#embed "../../templates/mail/de/api-account-ready.html.mustache" suffix(,)
    0};

static const unsigned char asset_42[] = {
#embed "../../templates/mail/de/api-account-ready.txt.mustache" suffix(,)
    0};

static const unsigned char asset_43[] = {
#embed "../../templates/mail/de/api-secret-ending.html.mustache" suffix(,)
    0};

static const unsigned char asset_44[] = {
#embed "../../templates/mail/de/api-secret-ending.txt.mustache" suffix(,)
    0};

static const unsigned char asset_45[] = {
#embed "../../templates/mail/de/approval-asked.html.mustache" suffix(,)
    0};

static const unsigned char asset_46[] = {
#embed "../../templates/mail/de/approval-asked.txt.mustache" suffix(,)
    0};

static const unsigned char asset_47[] = {
#embed "../../templates/mail/de/approval-reminder.html.mustache" suffix(,)
    0};

static const unsigned char asset_48[] = {
#embed "../../templates/mail/de/approval-reminder.txt.mustache" suffix(,)
    0};

static const unsigned char asset_49[] = {
#embed "../../templates/mail/de/audit-head.html.mustache" suffix(,)
    0};

static const unsigned char asset_50[] = {
#embed "../../templates/mail/de/audit-head.txt.mustache" suffix(,)
    0};

static const unsigned char asset_51[] = {
#embed "../../templates/mail/de/cloud-added.html.mustache" suffix(,)
    0};

static const unsigned char asset_52[] = {
#embed "../../templates/mail/de/cloud-added.txt.mustache" suffix(,)
    0};

static const unsigned char asset_53[] = {
#embed "../../templates/mail/de/cloud-asked.html.mustache" suffix(,)
    0};

static const unsigned char asset_54[] = {
#embed "../../templates/mail/de/cloud-asked.txt.mustache" suffix(,)
    0};

static const unsigned char asset_55[] = {
#embed "../../templates/mail/de/cloud-taken.html.mustache" suffix(,)
    0};

static const unsigned char asset_56[] = {
#embed "../../templates/mail/de/cloud-taken.txt.mustache" suffix(,)
    0};

static const unsigned char asset_57[] = {
#embed "../../templates/mail/de/duty-given.html.mustache" suffix(,)
    0};

static const unsigned char asset_58[] = {
#embed "../../templates/mail/de/duty-given.txt.mustache" suffix(,)
    0};

static const unsigned char asset_59[] = {
#embed "../../templates/mail/de/enrolment-reminder.html.mustache" suffix(,)
    0};

static const unsigned char asset_60[] = {
#embed "../../templates/mail/de/enrolment-reminder.txt.mustache" suffix(,)
    0};

static const unsigned char asset_61[] = {
#embed "../../templates/mail/de/factor-changed.html.mustache" suffix(,)
    0};

static const unsigned char asset_62[] = {
#embed "../../templates/mail/de/factor-changed.txt.mustache" suffix(,)
    0};

static const unsigned char asset_63[] = {
#embed "../../templates/mail/de/factor-locked.html.mustache" suffix(,)
    0};

static const unsigned char asset_64[] = {
#embed "../../templates/mail/de/factor-locked.txt.mustache" suffix(,)
    0};

static const unsigned char asset_65[] = {
#embed "../../templates/mail/de/failed.html.mustache" suffix(,)
    0};

static const unsigned char asset_66[] = {
#embed "../../templates/mail/de/failed.txt.mustache" suffix(,)
    0};

static const unsigned char asset_67[] = {
#embed "../../templates/mail/de/file.html.mustache" suffix(,)
    0};

static const unsigned char asset_68[] = {
#embed "../../templates/mail/de/file.txt.mustache" suffix(,)
    0};

static const unsigned char asset_69[] = {
#embed "../../templates/mail/de/invitation-reminder.html.mustache" suffix(,)
    0};

static const unsigned char asset_70[] = {
#embed "../../templates/mail/de/invitation-reminder.txt.mustache" suffix(,)
    0};

static const unsigned char asset_71[] = {
#embed "../../templates/mail/de/invitation.html.mustache" suffix(,)
    0};

static const unsigned char asset_72[] = {
#embed "../../templates/mail/de/invitation.txt.mustache" suffix(,)
    0};

static const unsigned char asset_73[] = {
#embed "../../templates/mail/de/lapsed.html.mustache" suffix(,)
    0};

static const unsigned char asset_74[] = {
#embed "../../templates/mail/de/lapsed.txt.mustache" suffix(,)
    0};

static const unsigned char asset_75[] = {
#embed "../../templates/mail/de/nobody-answers.html.mustache" suffix(,)
    0};

static const unsigned char asset_76[] = {
#embed "../../templates/mail/de/nobody-answers.txt.mustache" suffix(,)
    0};

static const unsigned char asset_77[] = {
#embed "../../templates/mail/de/nomination-asked.html.mustache" suffix(,)
    0};

static const unsigned char asset_78[] = {
#embed "../../templates/mail/de/nomination-asked.txt.mustache" suffix(,)
    0};

static const unsigned char asset_79[] = {
#embed "../../templates/mail/de/password-changed.html.mustache" suffix(,)
    0};

static const unsigned char asset_80[] = {
#embed "../../templates/mail/de/password-changed.txt.mustache" suffix(,)
    0};

static const unsigned char asset_81[] = {
#embed "../../templates/mail/de/password-forgotten.html.mustache" suffix(,)
    0};

static const unsigned char asset_82[] = {
#embed "../../templates/mail/de/password-forgotten.txt.mustache" suffix(,)
    0};

static const unsigned char asset_83[] = {
#embed "../../templates/mail/de/profile-changed.html.mustache" suffix(,)
    0};

static const unsigned char asset_84[] = {
#embed "../../templates/mail/de/profile-changed.txt.mustache" suffix(,)
    0};

static const unsigned char asset_85[] = {
#embed "../../templates/mail/de/program-owner-asked.html.mustache" suffix(,)
    0};

static const unsigned char asset_86[] = {
#embed "../../templates/mail/de/program-owner-asked.txt.mustache" suffix(,)
    0};

static const unsigned char asset_87[] = {
#embed "../../templates/mail/de/program-owner-changed.html.mustache" suffix(,)
    0};

static const unsigned char asset_88[] = {
#embed "../../templates/mail/de/program-owner-changed.txt.mustache" suffix(,)
    0};

static const unsigned char asset_89[] = {
#embed "../../templates/mail/de/question-reminder.html.mustache" suffix(,)
    0};

static const unsigned char asset_90[] = {
#embed "../../templates/mail/de/question-reminder.txt.mustache" suffix(,)
    0};

static const unsigned char asset_91[] = {
#embed "../../templates/mail/de/question.html.mustache" suffix(,)
    0};

static const unsigned char asset_92[] = {
#embed "../../templates/mail/de/question.txt.mustache" suffix(,)
    0};

static const unsigned char asset_93[] = {
#embed "../../templates/mail/de/recovery-code-used.html.mustache" suffix(,)
    0};

static const unsigned char asset_94[] = {
#embed "../../templates/mail/de/recovery-code-used.txt.mustache" suffix(,)
    0};

static const unsigned char asset_95[] = {
#embed "../../templates/mail/de/recovery-codes-low.html.mustache" suffix(,)
    0};

static const unsigned char asset_96[] = {
#embed "../../templates/mail/de/recovery-codes-low.txt.mustache" suffix(,)
    0};

static const unsigned char asset_97[] = {
#embed "../../templates/mail/de/recovery-codes-new.html.mustache" suffix(,)
    0};

static const unsigned char asset_98[] = {
#embed "../../templates/mail/de/recovery-codes-new.txt.mustache" suffix(,)
    0};

static const unsigned char asset_99[] = {
#embed "../../templates/mail/de/refused.html.mustache" suffix(,)
    0};

static const unsigned char asset_100[] = {
#embed "../../templates/mail/de/refused.txt.mustache" suffix(,)
    0};

static const unsigned char asset_101[] = {
#embed "../../templates/mail/de/representative-asked.html.mustache" suffix(,)
    0};

static const unsigned char asset_102[] = {
#embed "../../templates/mail/de/representative-asked.txt.mustache" suffix(,)
    0};

static const unsigned char asset_103[] = {
#embed "../../templates/mail/de/representative-changed.html.mustache" suffix(,)
    0};

static const unsigned char asset_104[] = {
#embed "../../templates/mail/de/representative-changed.txt.mustache" suffix(,)
    0};

static const unsigned char asset_105[] = {
#embed "../../templates/mail/de/reset-asked.html.mustache" suffix(,)
    0};

static const unsigned char asset_106[] = {
#embed "../../templates/mail/de/reset-asked.txt.mustache" suffix(,)
    0};

static const unsigned char asset_107[] = {
#embed "../../templates/mail/de/reset-done.html.mustache" suffix(,)
    0};

static const unsigned char asset_108[] = {
#embed "../../templates/mail/de/reset-done.txt.mustache" suffix(,)
    0};

static const unsigned char asset_109[] = {
#embed "../../templates/mail/de/reset-invitation.html.mustache" suffix(,)
    0};

static const unsigned char asset_110[] = {
#embed "../../templates/mail/de/reset-invitation.txt.mustache" suffix(,)
    0};

static const unsigned char asset_111[] = {
#embed "../../templates/mail/de/reset-reported.html.mustache" suffix(,)
    0};

static const unsigned char asset_112[] = {
#embed "../../templates/mail/de/reset-reported.txt.mustache" suffix(,)
    0};

static const unsigned char asset_113[] = {
#embed "../../templates/mail/de/review-asked.html.mustache" suffix(,)
    0};

static const unsigned char asset_114[] = {
#embed "../../templates/mail/de/review-asked.txt.mustache" suffix(,)
    0};

static const unsigned char asset_115[] = {
#embed "../../templates/mail/de/review-cancelled.html.mustache" suffix(,)
    0};

static const unsigned char asset_116[] = {
#embed "../../templates/mail/de/review-cancelled.txt.mustache" suffix(,)
    0};

static const unsigned char asset_117[] = {
#embed "../../templates/mail/de/review-reminder.html.mustache" suffix(,)
    0};

static const unsigned char asset_118[] = {
#embed "../../templates/mail/de/review-reminder.txt.mustache" suffix(,)
    0};

static const unsigned char asset_119[] = {
#embed "../../templates/mail/de/review-report.html.mustache" suffix(,)
    0};

static const unsigned char asset_120[] = {
#embed "../../templates/mail/de/review-report.txt.mustache" suffix(,)
    0};

static const unsigned char asset_121[] = {
#embed "../../templates/mail/de/security-alarm.html.mustache" suffix(,)
    0};

static const unsigned char asset_122[] = {
#embed "../../templates/mail/de/security-alarm.txt.mustache" suffix(,)
    0};

static const unsigned char asset_123[] = {
#embed "../../templates/mail/de/sessions-ended.html.mustache" suffix(,)
    0};

static const unsigned char asset_124[] = {
#embed "../../templates/mail/de/sessions-ended.txt.mustache" suffix(,)
    0};

static const unsigned char asset_125[] = {
#embed "../../templates/mail/de/sign-in-new-client.html.mustache" suffix(,)
    0};

static const unsigned char asset_126[] = {
#embed "../../templates/mail/de/sign-in-new-client.txt.mustache" suffix(,)
    0};

static const unsigned char asset_127[] = {
#embed "../../templates/mail/de/standing-in.html.mustache" suffix(,)
    0};

static const unsigned char asset_128[] = {
#embed "../../templates/mail/de/standing-in.txt.mustache" suffix(,)
    0};

static const unsigned char asset_129[] = {
#embed "../../templates/mail/de/suspension-reminder.html.mustache" suffix(,)
    0};

static const unsigned char asset_130[] = {
#embed "../../templates/mail/de/suspension-reminder.txt.mustache" suffix(,)
    0};

static const unsigned char asset_131[] = {
#embed "../../templates/mail/de/test.html.mustache" suffix(,)
    0};

static const unsigned char asset_132[] = {
#embed "../../templates/mail/de/test.txt.mustache" suffix(,)
    0};

static const unsigned char asset_133[] = {
#embed "../../templates/mail/de/undeliverable.html.mustache" suffix(,)
    0};

static const unsigned char asset_134[] = {
#embed "../../templates/mail/de/undeliverable.txt.mustache" suffix(,)
    0};

static const unsigned char asset_135[] = {
#embed "../../templates/mail/de/unlock-asked.html.mustache" suffix(,)
    0};

static const unsigned char asset_136[] = {
#embed "../../templates/mail/de/unlock-asked.txt.mustache" suffix(,)
    0};

static const unsigned char asset_137[] = {
#embed "../../templates/mail/de/unlock-done.html.mustache" suffix(,)
    0};

static const unsigned char asset_138[] = {
#embed "../../templates/mail/de/unlock-done.txt.mustache" suffix(,)
    0};

static const unsigned char asset_139[] = {
#embed "../../templates/mail/de/unlock-reported.html.mustache" suffix(,)
    0};

static const unsigned char asset_140[] = {
#embed "../../templates/mail/de/unlock-reported.txt.mustache" suffix(,)
    0};

static const unsigned char asset_141[] = {
#embed "../../templates/mail/de/waiting-for-you.html.mustache" suffix(,)
    0};

static const unsigned char asset_142[] = {
#embed "../../templates/mail/de/waiting-for-you.txt.mustache" suffix(,)
    0};

static const unsigned char asset_143[] = {
#embed "../../templates/mail/de/webhook-lost.html.mustache" suffix(,)
    0};

static const unsigned char asset_144[] = {
#embed "../../templates/mail/de/webhook-lost.txt.mustache" suffix(,)
    0};

static const unsigned char asset_145[] = {
#embed "../../templates/mail/de/welcome.html.mustache" suffix(,)
    0};

static const unsigned char asset_146[] = {
#embed "../../templates/mail/de/welcome.txt.mustache" suffix(,)
    0};

static const unsigned char asset_147[] = {
#embed "../../templates/mail/de/withdrawn.html.mustache" suffix(,)
    0};

static const unsigned char asset_148[] = {
#embed "../../templates/mail/de/withdrawn.txt.mustache" suffix(,)
    0};

static const unsigned char asset_149[] = {
#embed "../../templates/mail/details.html.mustache" suffix(,)
    0};

static const unsigned char asset_150[] = {
#embed "../../templates/mail/details.txt.mustache" suffix(,)
    0};

static const unsigned char asset_151[] = {
#embed "../../templates/mail/en/access-asked.html.mustache" suffix(,)
    0};

static const unsigned char asset_152[] = {
#embed "../../templates/mail/en/access-asked.txt.mustache" suffix(,)
    0};

static const unsigned char asset_153[] = {
#embed "../../templates/mail/en/access-ended.html.mustache" suffix(,)
    0};

static const unsigned char asset_154[] = {
#embed "../../templates/mail/en/access-ended.txt.mustache" suffix(,)
    0};

static const unsigned char asset_155[] = {
#embed "../../templates/mail/en/access-ending.html.mustache" suffix(,)
    0};

static const unsigned char asset_156[] = {
#embed "../../templates/mail/en/access-ending.txt.mustache" suffix(,)
    0};

static const unsigned char asset_157[] = {
#embed "../../templates/mail/en/access-lapsed.html.mustache" suffix(,)
    0};

static const unsigned char asset_158[] = {
#embed "../../templates/mail/en/access-lapsed.txt.mustache" suffix(,)
    0};

static const unsigned char asset_159[] = {
#embed "../../templates/mail/en/access-lessened.html.mustache" suffix(,)
    0};

static const unsigned char asset_160[] = {
#embed "../../templates/mail/en/access-lessened.txt.mustache" suffix(,)
    0};

static const unsigned char asset_161[] = {
#embed "../../templates/mail/en/access-withdrawn.html.mustache" suffix(,)
    0};

static const unsigned char asset_162[] = {
#embed "../../templates/mail/en/access-withdrawn.txt.mustache" suffix(,)
    0};

static const unsigned char asset_163[] = {
#embed "../../templates/mail/en/account-closed.html.mustache" suffix(,)
    0};

static const unsigned char asset_164[] = {
#embed "../../templates/mail/en/account-closed.txt.mustache" suffix(,)
    0};

static const unsigned char asset_165[] = {
#embed "../../templates/mail/en/account-resumed.html.mustache" suffix(,)
    0};

static const unsigned char asset_166[] = {
#embed "../../templates/mail/en/account-resumed.txt.mustache" suffix(,)
    0};

static const unsigned char asset_167[] = {
#embed "../../templates/mail/en/account-suspended.html.mustache" suffix(,)
    0};

static const unsigned char asset_168[] = {
#embed "../../templates/mail/en/account-suspended.txt.mustache" suffix(,)
    0};

static const unsigned char asset_169[] = {
#embed "../../templates/mail/en/address-asked.html.mustache" suffix(,)
    0};

static const unsigned char asset_170[] = {
#embed "../../templates/mail/en/address-asked.txt.mustache" suffix(,)
    0};

static const unsigned char asset_171[] = {
#embed "../../templates/mail/en/address-changed.html.mustache" suffix(,)
    0};

static const unsigned char asset_172[] = {
#embed "../../templates/mail/en/address-changed.txt.mustache" suffix(,)
    0};

static const unsigned char asset_173[] = {
#embed "../../templates/mail/en/address-proof.html.mustache" suffix(,)
    0};

static const unsigned char asset_174[] = {
#embed "../../templates/mail/en/address-proof.txt.mustache" suffix(,)
    0};

static const unsigned char asset_175[] = {
#embed "../../templates/mail/en/address-told.html.mustache" suffix(,)
    0};

static const unsigned char asset_176[] = {
#embed "../../templates/mail/en/address-told.txt.mustache" suffix(,)
    0};

static const unsigned char asset_177[] = {
#embed "../../templates/mail/en/api-account-asked.html.mustache" suffix(,)
    0};

static const unsigned char asset_178[] = {
#embed "../../templates/mail/en/api-account-asked.txt.mustache" suffix(,)
    0};

static const unsigned char asset_179[] = {
#embed "../../templates/mail/en/api-account-open.html.mustache" suffix(,)
    0};

static const unsigned char asset_180[] = {
#embed "../../templates/mail/en/api-account-open.txt.mustache" suffix(,)
    0};

static const unsigned char asset_181[] = {
#embed "../../templates/mail/en/api-account-orphaned.html.mustache" suffix(,)
    0};

static const unsigned char asset_182[] = {
#embed "../../templates/mail/en/api-account-orphaned.txt.mustache" suffix(,)
    0};

static const unsigned char asset_183[] = {
#embed "../../templates/mail/en/api-account-ready.html.mustache" suffix(,)
    0};

static const unsigned char asset_184[] = {
#embed "../../templates/mail/en/api-account-ready.txt.mustache" suffix(,)
    0};

static const unsigned char asset_185[] = {
#embed "../../templates/mail/en/api-secret-ending.html.mustache" suffix(,)
    0};

static const unsigned char asset_186[] = {
#embed "../../templates/mail/en/api-secret-ending.txt.mustache" suffix(,)
    0};

static const unsigned char asset_187[] = {
#embed "../../templates/mail/en/approval-asked.html.mustache" suffix(,)
    0};

static const unsigned char asset_188[] = {
#embed "../../templates/mail/en/approval-asked.txt.mustache" suffix(,)
    0};

static const unsigned char asset_189[] = {
#embed "../../templates/mail/en/approval-reminder.html.mustache" suffix(,)
    0};

static const unsigned char asset_190[] = {
#embed "../../templates/mail/en/approval-reminder.txt.mustache" suffix(,)
    0};

static const unsigned char asset_191[] = {
#embed "../../templates/mail/en/audit-head.html.mustache" suffix(,)
    0};

static const unsigned char asset_192[] = {
#embed "../../templates/mail/en/audit-head.txt.mustache" suffix(,)
    0};

static const unsigned char asset_193[] = {
#embed "../../templates/mail/en/cloud-added.html.mustache" suffix(,)
    0};

static const unsigned char asset_194[] = {
#embed "../../templates/mail/en/cloud-added.txt.mustache" suffix(,)
    0};

static const unsigned char asset_195[] = {
#embed "../../templates/mail/en/cloud-asked.html.mustache" suffix(,)
    0};

static const unsigned char asset_196[] = {
#embed "../../templates/mail/en/cloud-asked.txt.mustache" suffix(,)
    0};

static const unsigned char asset_197[] = {
#embed "../../templates/mail/en/cloud-taken.html.mustache" suffix(,)
    0};

static const unsigned char asset_198[] = {
#embed "../../templates/mail/en/cloud-taken.txt.mustache" suffix(,)
    0};

static const unsigned char asset_199[] = {
#embed "../../templates/mail/en/duty-given.html.mustache" suffix(,)
    0};

static const unsigned char asset_200[] = {
#embed "../../templates/mail/en/duty-given.txt.mustache" suffix(,)
    0};

static const unsigned char asset_201[] = {
#embed "../../templates/mail/en/enrolment-reminder.html.mustache" suffix(,)
    0};

static const unsigned char asset_202[] = {
#embed "../../templates/mail/en/enrolment-reminder.txt.mustache" suffix(,)
    0};

static const unsigned char asset_203[] = {
#embed "../../templates/mail/en/factor-changed.html.mustache" suffix(,)
    0};

static const unsigned char asset_204[] = {
#embed "../../templates/mail/en/factor-changed.txt.mustache" suffix(,)
    0};

static const unsigned char asset_205[] = {
#embed "../../templates/mail/en/factor-locked.html.mustache" suffix(,)
    0};

static const unsigned char asset_206[] = {
#embed "../../templates/mail/en/factor-locked.txt.mustache" suffix(,)
    0};

static const unsigned char asset_207[] = {
#embed "../../templates/mail/en/failed.html.mustache" suffix(,)
    0};

static const unsigned char asset_208[] = {
#embed "../../templates/mail/en/failed.txt.mustache" suffix(,)
    0};

static const unsigned char asset_209[] = {
#embed "../../templates/mail/en/file.html.mustache" suffix(,)
    0};

static const unsigned char asset_210[] = {
#embed "../../templates/mail/en/file.txt.mustache" suffix(,)
    0};

static const unsigned char asset_211[] = {
#embed "../../templates/mail/en/invitation-reminder.html.mustache" suffix(,)
    0};

static const unsigned char asset_212[] = {
#embed "../../templates/mail/en/invitation-reminder.txt.mustache" suffix(,)
    0};

static const unsigned char asset_213[] = {
#embed "../../templates/mail/en/invitation.html.mustache" suffix(,)
    0};

static const unsigned char asset_214[] = {
#embed "../../templates/mail/en/invitation.txt.mustache" suffix(,)
    0};

static const unsigned char asset_215[] = {
#embed "../../templates/mail/en/lapsed.html.mustache" suffix(,)
    0};

static const unsigned char asset_216[] = {
#embed "../../templates/mail/en/lapsed.txt.mustache" suffix(,)
    0};

static const unsigned char asset_217[] = {
#embed "../../templates/mail/en/nobody-answers.html.mustache" suffix(,)
    0};

static const unsigned char asset_218[] = {
#embed "../../templates/mail/en/nobody-answers.txt.mustache" suffix(,)
    0};

static const unsigned char asset_219[] = {
#embed "../../templates/mail/en/nomination-asked.html.mustache" suffix(,)
    0};

static const unsigned char asset_220[] = {
#embed "../../templates/mail/en/nomination-asked.txt.mustache" suffix(,)
    0};

static const unsigned char asset_221[] = {
#embed "../../templates/mail/en/password-changed.html.mustache" suffix(,)
    0};

static const unsigned char asset_222[] = {
#embed "../../templates/mail/en/password-changed.txt.mustache" suffix(,)
    0};

static const unsigned char asset_223[] = {
#embed "../../templates/mail/en/password-forgotten.html.mustache" suffix(,)
    0};

static const unsigned char asset_224[] = {
#embed "../../templates/mail/en/password-forgotten.txt.mustache" suffix(,)
    0};

static const unsigned char asset_225[] = {
#embed "../../templates/mail/en/profile-changed.html.mustache" suffix(,)
    0};

static const unsigned char asset_226[] = {
#embed "../../templates/mail/en/profile-changed.txt.mustache" suffix(,)
    0};

static const unsigned char asset_227[] = {
#embed "../../templates/mail/en/program-owner-asked.html.mustache" suffix(,)
    0};

static const unsigned char asset_228[] = {
#embed "../../templates/mail/en/program-owner-asked.txt.mustache" suffix(,)
    0};

static const unsigned char asset_229[] = {
#embed "../../templates/mail/en/program-owner-changed.html.mustache" suffix(,)
    0};

static const unsigned char asset_230[] = {
#embed "../../templates/mail/en/program-owner-changed.txt.mustache" suffix(,)
    0};

static const unsigned char asset_231[] = {
#embed "../../templates/mail/en/question-reminder.html.mustache" suffix(,)
    0};

static const unsigned char asset_232[] = {
#embed "../../templates/mail/en/question-reminder.txt.mustache" suffix(,)
    0};

static const unsigned char asset_233[] = {
#embed "../../templates/mail/en/question.html.mustache" suffix(,)
    0};

static const unsigned char asset_234[] = {
#embed "../../templates/mail/en/question.txt.mustache" suffix(,)
    0};

static const unsigned char asset_235[] = {
#embed "../../templates/mail/en/recovery-code-used.html.mustache" suffix(,)
    0};

static const unsigned char asset_236[] = {
#embed "../../templates/mail/en/recovery-code-used.txt.mustache" suffix(,)
    0};

static const unsigned char asset_237[] = {
#embed "../../templates/mail/en/recovery-codes-low.html.mustache" suffix(,)
    0};

static const unsigned char asset_238[] = {
#embed "../../templates/mail/en/recovery-codes-low.txt.mustache" suffix(,)
    0};

static const unsigned char asset_239[] = {
#embed "../../templates/mail/en/recovery-codes-new.html.mustache" suffix(,)
    0};

static const unsigned char asset_240[] = {
#embed "../../templates/mail/en/recovery-codes-new.txt.mustache" suffix(,)
    0};

static const unsigned char asset_241[] = {
#embed "../../templates/mail/en/refused.html.mustache" suffix(,)
    0};

static const unsigned char asset_242[] = {
#embed "../../templates/mail/en/refused.txt.mustache" suffix(,)
    0};

static const unsigned char asset_243[] = {
#embed "../../templates/mail/en/representative-asked.html.mustache" suffix(,)
    0};

static const unsigned char asset_244[] = {
#embed "../../templates/mail/en/representative-asked.txt.mustache" suffix(,)
    0};

static const unsigned char asset_245[] = {
#embed "../../templates/mail/en/representative-changed.html.mustache" suffix(,)
    0};

static const unsigned char asset_246[] = {
#embed "../../templates/mail/en/representative-changed.txt.mustache" suffix(,)
    0};

static const unsigned char asset_247[] = {
#embed "../../templates/mail/en/reset-asked.html.mustache" suffix(,)
    0};

static const unsigned char asset_248[] = {
#embed "../../templates/mail/en/reset-asked.txt.mustache" suffix(,)
    0};

static const unsigned char asset_249[] = {
#embed "../../templates/mail/en/reset-done.html.mustache" suffix(,)
    0};

static const unsigned char asset_250[] = {
#embed "../../templates/mail/en/reset-done.txt.mustache" suffix(,)
    0};

static const unsigned char asset_251[] = {
#embed "../../templates/mail/en/reset-invitation.html.mustache" suffix(,)
    0};

static const unsigned char asset_252[] = {
#embed "../../templates/mail/en/reset-invitation.txt.mustache" suffix(,)
    0};

static const unsigned char asset_253[] = {
#embed "../../templates/mail/en/reset-reported.html.mustache" suffix(,)
    0};

static const unsigned char asset_254[] = {
#embed "../../templates/mail/en/reset-reported.txt.mustache" suffix(,)
    0};

static const unsigned char asset_255[] = {
#embed "../../templates/mail/en/review-asked.html.mustache" suffix(,)
    0};

static const unsigned char asset_256[] = {
#embed "../../templates/mail/en/review-asked.txt.mustache" suffix(,)
    0};

static const unsigned char asset_257[] = {
#embed "../../templates/mail/en/review-cancelled.html.mustache" suffix(,)
    0};

static const unsigned char asset_258[] = {
#embed "../../templates/mail/en/review-cancelled.txt.mustache" suffix(,)
    0};

static const unsigned char asset_259[] = {
#embed "../../templates/mail/en/review-reminder.html.mustache" suffix(,)
    0};

static const unsigned char asset_260[] = {
#embed "../../templates/mail/en/review-reminder.txt.mustache" suffix(,)
    0};

static const unsigned char asset_261[] = {
#embed "../../templates/mail/en/review-report.html.mustache" suffix(,)
    0};

static const unsigned char asset_262[] = {
#embed "../../templates/mail/en/review-report.txt.mustache" suffix(,)
    0};

static const unsigned char asset_263[] = {
#embed "../../templates/mail/en/security-alarm.html.mustache" suffix(,)
    0};

static const unsigned char asset_264[] = {
#embed "../../templates/mail/en/security-alarm.txt.mustache" suffix(,)
    0};

static const unsigned char asset_265[] = {
#embed "../../templates/mail/en/sessions-ended.html.mustache" suffix(,)
    0};

static const unsigned char asset_266[] = {
#embed "../../templates/mail/en/sessions-ended.txt.mustache" suffix(,)
    0};

static const unsigned char asset_267[] = {
#embed "../../templates/mail/en/sign-in-new-client.html.mustache" suffix(,)
    0};

static const unsigned char asset_268[] = {
#embed "../../templates/mail/en/sign-in-new-client.txt.mustache" suffix(,)
    0};

static const unsigned char asset_269[] = {
#embed "../../templates/mail/en/standing-in.html.mustache" suffix(,)
    0};

static const unsigned char asset_270[] = {
#embed "../../templates/mail/en/standing-in.txt.mustache" suffix(,)
    0};

static const unsigned char asset_271[] = {
#embed "../../templates/mail/en/suspension-reminder.html.mustache" suffix(,)
    0};

static const unsigned char asset_272[] = {
#embed "../../templates/mail/en/suspension-reminder.txt.mustache" suffix(,)
    0};

static const unsigned char asset_273[] = {
#embed "../../templates/mail/en/test.html.mustache" suffix(,)
    0};

static const unsigned char asset_274[] = {
#embed "../../templates/mail/en/test.txt.mustache" suffix(,)
    0};

static const unsigned char asset_275[] = {
#embed "../../templates/mail/en/undeliverable.html.mustache" suffix(,)
    0};

static const unsigned char asset_276[] = {
#embed "../../templates/mail/en/undeliverable.txt.mustache" suffix(,)
    0};

static const unsigned char asset_277[] = {
#embed "../../templates/mail/en/unlock-asked.html.mustache" suffix(,)
    0};

static const unsigned char asset_278[] = {
#embed "../../templates/mail/en/unlock-asked.txt.mustache" suffix(,)
    0};

static const unsigned char asset_279[] = {
#embed "../../templates/mail/en/unlock-done.html.mustache" suffix(,)
    0};

static const unsigned char asset_280[] = {
#embed "../../templates/mail/en/unlock-done.txt.mustache" suffix(,)
    0};

static const unsigned char asset_281[] = {
#embed "../../templates/mail/en/unlock-reported.html.mustache" suffix(,)
    0};

static const unsigned char asset_282[] = {
#embed "../../templates/mail/en/unlock-reported.txt.mustache" suffix(,)
    0};

static const unsigned char asset_283[] = {
#embed "../../templates/mail/en/waiting-for-you.html.mustache" suffix(,)
    0};

static const unsigned char asset_284[] = {
#embed "../../templates/mail/en/waiting-for-you.txt.mustache" suffix(,)
    0};

static const unsigned char asset_285[] = {
#embed "../../templates/mail/en/webhook-lost.html.mustache" suffix(,)
    0};

static const unsigned char asset_286[] = {
#embed "../../templates/mail/en/webhook-lost.txt.mustache" suffix(,)
    0};

static const unsigned char asset_287[] = {
#embed "../../templates/mail/en/welcome.html.mustache" suffix(,)
    0};

static const unsigned char asset_288[] = {
#embed "../../templates/mail/en/welcome.txt.mustache" suffix(,)
    0};

static const unsigned char asset_289[] = {
#embed "../../templates/mail/en/withdrawn.html.mustache" suffix(,)
    0};

static const unsigned char asset_290[] = {
#embed "../../templates/mail/en/withdrawn.txt.mustache" suffix(,)
    0};

static const unsigned char asset_291[] = {
#embed "../../templates/mail/footer.txt.mustache" suffix(,)
    0};

static const unsigned char asset_292[] = {
#embed "../../templates/mail/fr/access-asked.html.mustache" suffix(,)
    0};

static const unsigned char asset_293[] = {
#embed "../../templates/mail/fr/access-asked.txt.mustache" suffix(,)
    0};

static const unsigned char asset_294[] = {
#embed "../../templates/mail/fr/access-ended.html.mustache" suffix(,)
    0};

static const unsigned char asset_295[] = {
#embed "../../templates/mail/fr/access-ended.txt.mustache" suffix(,)
    0};

static const unsigned char asset_296[] = {
#embed "../../templates/mail/fr/access-ending.html.mustache" suffix(,)
    0};

static const unsigned char asset_297[] = {
#embed "../../templates/mail/fr/access-ending.txt.mustache" suffix(,)
    0};

static const unsigned char asset_298[] = {
#embed "../../templates/mail/fr/access-lapsed.html.mustache" suffix(,)
    0};

static const unsigned char asset_299[] = {
#embed "../../templates/mail/fr/access-lapsed.txt.mustache" suffix(,)
    0};

static const unsigned char asset_300[] = {
#embed "../../templates/mail/fr/access-lessened.html.mustache" suffix(,)
    0};

static const unsigned char asset_301[] = {
#embed "../../templates/mail/fr/access-lessened.txt.mustache" suffix(,)
    0};

static const unsigned char asset_302[] = {
#embed "../../templates/mail/fr/access-withdrawn.html.mustache" suffix(,)
    0};

static const unsigned char asset_303[] = {
#embed "../../templates/mail/fr/access-withdrawn.txt.mustache" suffix(,)
    0};

static const unsigned char asset_304[] = {
#embed "../../templates/mail/fr/account-closed.html.mustache" suffix(,)
    0};

static const unsigned char asset_305[] = {
#embed "../../templates/mail/fr/account-closed.txt.mustache" suffix(,)
    0};

static const unsigned char asset_306[] = {
#embed "../../templates/mail/fr/account-resumed.html.mustache" suffix(,)
    0};

static const unsigned char asset_307[] = {
#embed "../../templates/mail/fr/account-resumed.txt.mustache" suffix(,)
    0};

static const unsigned char asset_308[] = {
#embed "../../templates/mail/fr/account-suspended.html.mustache" suffix(,)
    0};

static const unsigned char asset_309[] = {
#embed "../../templates/mail/fr/account-suspended.txt.mustache" suffix(,)
    0};

static const unsigned char asset_310[] = {
#embed "../../templates/mail/fr/address-asked.html.mustache" suffix(,)
    0};

static const unsigned char asset_311[] = {
#embed "../../templates/mail/fr/address-asked.txt.mustache" suffix(,)
    0};

static const unsigned char asset_312[] = {
#embed "../../templates/mail/fr/address-changed.html.mustache" suffix(,)
    0};

static const unsigned char asset_313[] = {
#embed "../../templates/mail/fr/address-changed.txt.mustache" suffix(,)
    0};

static const unsigned char asset_314[] = {
#embed "../../templates/mail/fr/address-proof.html.mustache" suffix(,)
    0};

static const unsigned char asset_315[] = {
#embed "../../templates/mail/fr/address-proof.txt.mustache" suffix(,)
    0};

static const unsigned char asset_316[] = {
#embed "../../templates/mail/fr/address-told.html.mustache" suffix(,)
    0};

static const unsigned char asset_317[] = {
#embed "../../templates/mail/fr/address-told.txt.mustache" suffix(,)
    0};

static const unsigned char asset_318[] = {
#embed "../../templates/mail/fr/api-account-asked.html.mustache" suffix(,)
    0};

static const unsigned char asset_319[] = {
#embed "../../templates/mail/fr/api-account-asked.txt.mustache" suffix(,)
    0};

static const unsigned char asset_320[] = {
#embed "../../templates/mail/fr/api-account-open.html.mustache" suffix(,)
    0};

static const unsigned char asset_321[] = {
#embed "../../templates/mail/fr/api-account-open.txt.mustache" suffix(,)
    0};

static const unsigned char asset_322[] = {
#embed "../../templates/mail/fr/api-account-orphaned.html.mustache" suffix(,)
    0};

static const unsigned char asset_323[] = {
#embed "../../templates/mail/fr/api-account-orphaned.txt.mustache" suffix(,)
    0};

static const unsigned char asset_324[] = {
#embed "../../templates/mail/fr/api-account-ready.html.mustache" suffix(,)
    0};

static const unsigned char asset_325[] = {
#embed "../../templates/mail/fr/api-account-ready.txt.mustache" suffix(,)
    0};

static const unsigned char asset_326[] = {
#embed "../../templates/mail/fr/api-secret-ending.html.mustache" suffix(,)
    0};

static const unsigned char asset_327[] = {
#embed "../../templates/mail/fr/api-secret-ending.txt.mustache" suffix(,)
    0};

static const unsigned char asset_328[] = {
#embed "../../templates/mail/fr/approval-asked.html.mustache" suffix(,)
    0};

static const unsigned char asset_329[] = {
#embed "../../templates/mail/fr/approval-asked.txt.mustache" suffix(,)
    0};

static const unsigned char asset_330[] = {
#embed "../../templates/mail/fr/approval-reminder.html.mustache" suffix(,)
    0};

static const unsigned char asset_331[] = {
#embed "../../templates/mail/fr/approval-reminder.txt.mustache" suffix(,)
    0};

static const unsigned char asset_332[] = {
#embed "../../templates/mail/fr/audit-head.html.mustache" suffix(,)
    0};

static const unsigned char asset_333[] = {
#embed "../../templates/mail/fr/audit-head.txt.mustache" suffix(,)
    0};

static const unsigned char asset_334[] = {
#embed "../../templates/mail/fr/cloud-added.html.mustache" suffix(,)
    0};

static const unsigned char asset_335[] = {
#embed "../../templates/mail/fr/cloud-added.txt.mustache" suffix(,)
    0};

static const unsigned char asset_336[] = {
#embed "../../templates/mail/fr/cloud-asked.html.mustache" suffix(,)
    0};

static const unsigned char asset_337[] = {
#embed "../../templates/mail/fr/cloud-asked.txt.mustache" suffix(,)
    0};

static const unsigned char asset_338[] = {
#embed "../../templates/mail/fr/cloud-taken.html.mustache" suffix(,)
    0};

static const unsigned char asset_339[] = {
#embed "../../templates/mail/fr/cloud-taken.txt.mustache" suffix(,)
    0};

static const unsigned char asset_340[] = {
#embed "../../templates/mail/fr/duty-given.html.mustache" suffix(,)
    0};

static const unsigned char asset_341[] = {
#embed "../../templates/mail/fr/duty-given.txt.mustache" suffix(,)
    0};

static const unsigned char asset_342[] = {
#embed "../../templates/mail/fr/enrolment-reminder.html.mustache" suffix(,)
    0};

static const unsigned char asset_343[] = {
#embed "../../templates/mail/fr/enrolment-reminder.txt.mustache" suffix(,)
    0};

static const unsigned char asset_344[] = {
#embed "../../templates/mail/fr/factor-changed.html.mustache" suffix(,)
    0};

static const unsigned char asset_345[] = {
#embed "../../templates/mail/fr/factor-changed.txt.mustache" suffix(,)
    0};

static const unsigned char asset_346[] = {
#embed "../../templates/mail/fr/factor-locked.html.mustache" suffix(,)
    0};

static const unsigned char asset_347[] = {
#embed "../../templates/mail/fr/factor-locked.txt.mustache" suffix(,)
    0};

static const unsigned char asset_348[] = {
#embed "../../templates/mail/fr/failed.html.mustache" suffix(,)
    0};

static const unsigned char asset_349[] = {
#embed "../../templates/mail/fr/failed.txt.mustache" suffix(,)
    0};

static const unsigned char asset_350[] = {
#embed "../../templates/mail/fr/file.html.mustache" suffix(,)
    0};

static const unsigned char asset_351[] = {
#embed "../../templates/mail/fr/file.txt.mustache" suffix(,)
    0};

static const unsigned char asset_352[] = {
#embed "../../templates/mail/fr/invitation-reminder.html.mustache" suffix(,)
    0};

static const unsigned char asset_353[] = {
#embed "../../templates/mail/fr/invitation-reminder.txt.mustache" suffix(,)
    0};

static const unsigned char asset_354[] = {
#embed "../../templates/mail/fr/invitation.html.mustache" suffix(,)
    0};

static const unsigned char asset_355[] = {
#embed "../../templates/mail/fr/invitation.txt.mustache" suffix(,)
    0};

static const unsigned char asset_356[] = {
#embed "../../templates/mail/fr/lapsed.html.mustache" suffix(,)
    0};

static const unsigned char asset_357[] = {
#embed "../../templates/mail/fr/lapsed.txt.mustache" suffix(,)
    0};

static const unsigned char asset_358[] = {
#embed "../../templates/mail/fr/nobody-answers.html.mustache" suffix(,)
    0};

static const unsigned char asset_359[] = {
#embed "../../templates/mail/fr/nobody-answers.txt.mustache" suffix(,)
    0};

static const unsigned char asset_360[] = {
#embed "../../templates/mail/fr/nomination-asked.html.mustache" suffix(,)
    0};

static const unsigned char asset_361[] = {
#embed "../../templates/mail/fr/nomination-asked.txt.mustache" suffix(,)
    0};

static const unsigned char asset_362[] = {
#embed "../../templates/mail/fr/password-changed.html.mustache" suffix(,)
    0};

static const unsigned char asset_363[] = {
#embed "../../templates/mail/fr/password-changed.txt.mustache" suffix(,)
    0};

static const unsigned char asset_364[] = {
#embed "../../templates/mail/fr/password-forgotten.html.mustache" suffix(,)
    0};

static const unsigned char asset_365[] = {
#embed "../../templates/mail/fr/password-forgotten.txt.mustache" suffix(,)
    0};

static const unsigned char asset_366[] = {
#embed "../../templates/mail/fr/profile-changed.html.mustache" suffix(,)
    0};

static const unsigned char asset_367[] = {
#embed "../../templates/mail/fr/profile-changed.txt.mustache" suffix(,)
    0};

static const unsigned char asset_368[] = {
#embed "../../templates/mail/fr/program-owner-asked.html.mustache" suffix(,)
    0};

static const unsigned char asset_369[] = {
#embed "../../templates/mail/fr/program-owner-asked.txt.mustache" suffix(,)
    0};

static const unsigned char asset_370[] = {
#embed "../../templates/mail/fr/program-owner-changed.html.mustache" suffix(,)
    0};

static const unsigned char asset_371[] = {
#embed "../../templates/mail/fr/program-owner-changed.txt.mustache" suffix(,)
    0};

static const unsigned char asset_372[] = {
#embed "../../templates/mail/fr/question-reminder.html.mustache" suffix(,)
    0};

static const unsigned char asset_373[] = {
#embed "../../templates/mail/fr/question-reminder.txt.mustache" suffix(,)
    0};

static const unsigned char asset_374[] = {
#embed "../../templates/mail/fr/question.html.mustache" suffix(,)
    0};

static const unsigned char asset_375[] = {
#embed "../../templates/mail/fr/question.txt.mustache" suffix(,)
    0};

static const unsigned char asset_376[] = {
#embed "../../templates/mail/fr/recovery-code-used.html.mustache" suffix(,)
    0};

static const unsigned char asset_377[] = {
#embed "../../templates/mail/fr/recovery-code-used.txt.mustache" suffix(,)
    0};

static const unsigned char asset_378[] = {
#embed "../../templates/mail/fr/recovery-codes-low.html.mustache" suffix(,)
    0};

static const unsigned char asset_379[] = {
#embed "../../templates/mail/fr/recovery-codes-low.txt.mustache" suffix(,)
    0};

static const unsigned char asset_380[] = {
#embed "../../templates/mail/fr/recovery-codes-new.html.mustache" suffix(,)
    0};

static const unsigned char asset_381[] = {
#embed "../../templates/mail/fr/recovery-codes-new.txt.mustache" suffix(,)
    0};

static const unsigned char asset_382[] = {
#embed "../../templates/mail/fr/refused.html.mustache" suffix(,)
    0};

static const unsigned char asset_383[] = {
#embed "../../templates/mail/fr/refused.txt.mustache" suffix(,)
    0};

static const unsigned char asset_384[] = {
#embed "../../templates/mail/fr/representative-asked.html.mustache" suffix(,)
    0};

static const unsigned char asset_385[] = {
#embed "../../templates/mail/fr/representative-asked.txt.mustache" suffix(,)
    0};

static const unsigned char asset_386[] = {
#embed "../../templates/mail/fr/representative-changed.html.mustache" suffix(,)
    0};

static const unsigned char asset_387[] = {
#embed "../../templates/mail/fr/representative-changed.txt.mustache" suffix(,)
    0};

static const unsigned char asset_388[] = {
#embed "../../templates/mail/fr/reset-asked.html.mustache" suffix(,)
    0};

static const unsigned char asset_389[] = {
#embed "../../templates/mail/fr/reset-asked.txt.mustache" suffix(,)
    0};

static const unsigned char asset_390[] = {
#embed "../../templates/mail/fr/reset-done.html.mustache" suffix(,)
    0};

static const unsigned char asset_391[] = {
#embed "../../templates/mail/fr/reset-done.txt.mustache" suffix(,)
    0};

static const unsigned char asset_392[] = {
#embed "../../templates/mail/fr/reset-invitation.html.mustache" suffix(,)
    0};

static const unsigned char asset_393[] = {
#embed "../../templates/mail/fr/reset-invitation.txt.mustache" suffix(,)
    0};

static const unsigned char asset_394[] = {
#embed "../../templates/mail/fr/reset-reported.html.mustache" suffix(,)
    0};

static const unsigned char asset_395[] = {
#embed "../../templates/mail/fr/reset-reported.txt.mustache" suffix(,)
    0};

static const unsigned char asset_396[] = {
#embed "../../templates/mail/fr/review-asked.html.mustache" suffix(,)
    0};

static const unsigned char asset_397[] = {
#embed "../../templates/mail/fr/review-asked.txt.mustache" suffix(,)
    0};

static const unsigned char asset_398[] = {
#embed "../../templates/mail/fr/review-cancelled.html.mustache" suffix(,)
    0};

static const unsigned char asset_399[] = {
#embed "../../templates/mail/fr/review-cancelled.txt.mustache" suffix(,)
    0};

static const unsigned char asset_400[] = {
#embed "../../templates/mail/fr/review-reminder.html.mustache" suffix(,)
    0};

static const unsigned char asset_401[] = {
#embed "../../templates/mail/fr/review-reminder.txt.mustache" suffix(,)
    0};

static const unsigned char asset_402[] = {
#embed "../../templates/mail/fr/review-report.html.mustache" suffix(,)
    0};

static const unsigned char asset_403[] = {
#embed "../../templates/mail/fr/review-report.txt.mustache" suffix(,)
    0};

static const unsigned char asset_404[] = {
#embed "../../templates/mail/fr/security-alarm.html.mustache" suffix(,)
    0};

static const unsigned char asset_405[] = {
#embed "../../templates/mail/fr/security-alarm.txt.mustache" suffix(,)
    0};

static const unsigned char asset_406[] = {
#embed "../../templates/mail/fr/sessions-ended.html.mustache" suffix(,)
    0};

static const unsigned char asset_407[] = {
#embed "../../templates/mail/fr/sessions-ended.txt.mustache" suffix(,)
    0};

static const unsigned char asset_408[] = {
#embed "../../templates/mail/fr/sign-in-new-client.html.mustache" suffix(,)
    0};

static const unsigned char asset_409[] = {
#embed "../../templates/mail/fr/sign-in-new-client.txt.mustache" suffix(,)
    0};

static const unsigned char asset_410[] = {
#embed "../../templates/mail/fr/standing-in.html.mustache" suffix(,)
    0};

static const unsigned char asset_411[] = {
#embed "../../templates/mail/fr/standing-in.txt.mustache" suffix(,)
    0};

static const unsigned char asset_412[] = {
#embed "../../templates/mail/fr/suspension-reminder.html.mustache" suffix(,)
    0};

static const unsigned char asset_413[] = {
#embed "../../templates/mail/fr/suspension-reminder.txt.mustache" suffix(,)
    0};

static const unsigned char asset_414[] = {
#embed "../../templates/mail/fr/test.html.mustache" suffix(,)
    0};

static const unsigned char asset_415[] = {
#embed "../../templates/mail/fr/test.txt.mustache" suffix(,)
    0};

static const unsigned char asset_416[] = {
#embed "../../templates/mail/fr/undeliverable.html.mustache" suffix(,)
    0};

static const unsigned char asset_417[] = {
#embed "../../templates/mail/fr/undeliverable.txt.mustache" suffix(,)
    0};

static const unsigned char asset_418[] = {
#embed "../../templates/mail/fr/unlock-asked.html.mustache" suffix(,)
    0};

static const unsigned char asset_419[] = {
#embed "../../templates/mail/fr/unlock-asked.txt.mustache" suffix(,)
    0};

static const unsigned char asset_420[] = {
#embed "../../templates/mail/fr/unlock-done.html.mustache" suffix(,)
    0};

static const unsigned char asset_421[] = {
#embed "../../templates/mail/fr/unlock-done.txt.mustache" suffix(,)
    0};

static const unsigned char asset_422[] = {
#embed "../../templates/mail/fr/unlock-reported.html.mustache" suffix(,)
    0};

static const unsigned char asset_423[] = {
#embed "../../templates/mail/fr/unlock-reported.txt.mustache" suffix(,)
    0};

static const unsigned char asset_424[] = {
#embed "../../templates/mail/fr/waiting-for-you.html.mustache" suffix(,)
    0};

static const unsigned char asset_425[] = {
#embed "../../templates/mail/fr/waiting-for-you.txt.mustache" suffix(,)
    0};

static const unsigned char asset_426[] = {
#embed "../../templates/mail/fr/webhook-lost.html.mustache" suffix(,)
    0};

static const unsigned char asset_427[] = {
#embed "../../templates/mail/fr/webhook-lost.txt.mustache" suffix(,)
    0};

static const unsigned char asset_428[] = {
#embed "../../templates/mail/fr/welcome.html.mustache" suffix(,)
    0};

static const unsigned char asset_429[] = {
#embed "../../templates/mail/fr/welcome.txt.mustache" suffix(,)
    0};

static const unsigned char asset_430[] = {
#embed "../../templates/mail/fr/withdrawn.html.mustache" suffix(,)
    0};

static const unsigned char asset_431[] = {
#embed "../../templates/mail/fr/withdrawn.txt.mustache" suffix(,)
    0};

static const unsigned char asset_432[] = {
#embed "../../templates/mail/items.html.mustache" suffix(,)
    0};

static const unsigned char asset_433[] = {
#embed "../../templates/mail/items.txt.mustache" suffix(,)
    0};

static const unsigned char asset_434[] = {
#embed "../../templates/mail/layout.html.mustache" suffix(,)
    0};

static const unsigned char asset_435[] = {
#embed "../../templates/mail/review-items.html.mustache" suffix(,)
    0};

static const unsigned char asset_436[] = {
#embed "../../templates/mail/review-items.txt.mustache" suffix(,)
    0};

static const unsigned char asset_437[] = {
#embed "../../templates/pages/access-why.mustache" suffix(,)
    0};

static const unsigned char asset_438[] = {
#embed "../../templates/pages/access.mustache" suffix(,)
    0};

static const unsigned char asset_439[] = {
#embed "../../templates/pages/account-codes.mustache" suffix(,)
    0};

static const unsigned char asset_440[] = {
#embed "../../templates/pages/account-factor.mustache" suffix(,)
    0};

static const unsigned char asset_441[] = {
#embed "../../templates/pages/account.mustache" suffix(,)
    0};

static const unsigned char asset_442[] = {
#embed "../../templates/pages/assets/usher.css" suffix(,)
    0};

static const unsigned char asset_443[] = {
#embed "../../templates/pages/assets/usher.js" suffix(,)
    0};

static const unsigned char asset_444[] = {
#embed "../../templates/pages/authorize-refused.mustache" suffix(,)
    0};

static const unsigned char asset_445[] = {
#embed "../../templates/pages/authorize.mustache" suffix(,)
    0};

static const unsigned char asset_446[] = {
#embed "../../templates/pages/bulk-done.mustache" suffix(,)
    0};

static const unsigned char asset_447[] = {
#embed "../../templates/pages/bulk.mustache" suffix(,)
    0};

static const unsigned char asset_448[] = {
#embed "../../templates/pages/cloud.mustache" suffix(,)
    0};

static const unsigned char asset_449[] = {
#embed "../../templates/pages/clouds.mustache" suffix(,)
    0};

static const unsigned char asset_450[] = {
#embed "../../templates/pages/decide.mustache" suffix(,)
    0};

static const unsigned char asset_451[] = {
#embed "../../templates/pages/delegations.mustache" suffix(,)
    0};

static const unsigned char asset_452[] = {
#embed "../../templates/pages/device-done.mustache" suffix(,)
    0};

static const unsigned char asset_453[] = {
#embed "../../templates/pages/device-question.mustache" suffix(,)
    0};

static const unsigned char asset_454[] = {
#embed "../../templates/pages/device.mustache" suffix(,)
    0};

static const unsigned char asset_455[] = {
#embed "../../templates/pages/error.mustache" suffix(,)
    0};

static const unsigned char asset_456[] = {
#embed "../../templates/pages/forgotten-password.mustache" suffix(,)
    0};

static const unsigned char asset_457[] = {
#embed "../../templates/pages/go-on.mustache" suffix(,)
    0};

static const unsigned char asset_458[] = {
#embed "../../templates/pages/home.mustache" suffix(,)
    0};

static const unsigned char asset_459[] = {
#embed "../../templates/pages/inbox.mustache" suffix(,)
    0};

static const unsigned char asset_460[] = {
#embed "../../templates/pages/layout.mustache" suffix(,)
    0};

static const unsigned char asset_461[] = {
#embed "../../templates/pages/leave.mustache" suffix(,)
    0};

static const unsigned char asset_462[] = {
#embed "../../templates/pages/lost-device-done.mustache" suffix(,)
    0};

static const unsigned char asset_463[] = {
#embed "../../templates/pages/lost-device.mustache" suffix(,)
    0};

static const unsigned char asset_464[] = {
#embed "../../templates/pages/new-password-link.mustache" suffix(,)
    0};

static const unsigned char asset_465[] = {
#embed "../../templates/pages/new-password.mustache" suffix(,)
    0};

static const unsigned char asset_466[] = {
#embed "../../templates/pages/operation-application-new.mustache" suffix(,)
    0};

static const unsigned char asset_467[] = {
#embed "../../templates/pages/operation-application-secret.mustache" suffix(,)
    0};

static const unsigned char asset_468[] = {
#embed "../../templates/pages/operation-application.mustache" suffix(,)
    0};

static const unsigned char asset_469[] = {
#embed "../../templates/pages/operation-applications.mustache" suffix(,)
    0};

static const unsigned char asset_470[] = {
#embed "../../templates/pages/operation-audit.mustache" suffix(,)
    0};

static const unsigned char asset_471[] = {
#embed "../../templates/pages/operation-effects.mustache" suffix(,)
    0};

static const unsigned char asset_472[] = {
#embed "../../templates/pages/operation-security.mustache" suffix(,)
    0};

static const unsigned char asset_473[] = {
#embed "../../templates/pages/operation-workflow.mustache" suffix(,)
    0};

static const unsigned char asset_474[] = {
#embed "../../templates/pages/operation-workflows.mustache" suffix(,)
    0};

static const unsigned char asset_475[] = {
#embed "../../templates/pages/operation.mustache" suffix(,)
    0};

static const unsigned char asset_476[] = {
#embed "../../templates/pages/people.mustache" suffix(,)
    0};

static const unsigned char asset_477[] = {
#embed "../../templates/pages/person.mustache" suffix(,)
    0};

static const unsigned char asset_478[] = {
#embed "../../templates/pages/profile-guide.mustache" suffix(,)
    0};

static const unsigned char asset_479[] = {
#embed "../../templates/pages/request-batch.mustache" suffix(,)
    0};

static const unsigned char asset_480[] = {
#embed "../../templates/pages/request-collected.mustache" suffix(,)
    0};

static const unsigned char asset_481[] = {
#embed "../../templates/pages/request-columns.mustache" suffix(,)
    0};

static const unsigned char asset_482[] = {
#embed "../../templates/pages/request-import.mustache" suffix(,)
    0};

static const unsigned char asset_483[] = {
#embed "../../templates/pages/request-line.mustache" suffix(,)
    0};

static const unsigned char asset_484[] = {
#embed "../../templates/pages/request-new.mustache" suffix(,)
    0};

static const unsigned char asset_485[] = {
#embed "../../templates/pages/request.mustache" suffix(,)
    0};

static const unsigned char asset_486[] = {
#embed "../../templates/pages/requests.mustache" suffix(,)
    0};

static const unsigned char asset_487[] = {
#embed "../../templates/pages/resource.mustache" suffix(,)
    0};

static const unsigned char asset_488[] = {
#embed "../../templates/pages/search.mustache" suffix(,)
    0};

static const unsigned char asset_489[] = {
#embed "../../templates/pages/service.mustache" suffix(,)
    0};

static const unsigned char asset_490[] = {
#embed "../../templates/pages/sign-in-code.mustache" suffix(,)
    0};

static const unsigned char asset_491[] = {
#embed "../../templates/pages/sign-in-factor.mustache" suffix(,)
    0};

static const unsigned char asset_492[] = {
#embed "../../templates/pages/sign-in.mustache" suffix(,)
    0};

static const unsigned char asset_493[] = {
#embed "../../templates/pages/sign-out.mustache" suffix(,)
    0};

static const unsigned char asset_494[] = {
#embed "../../templates/pages/step-up.mustache" suffix(,)
    0};

static const unsigned char asset_495[] = {
#embed "../../templates/pages/welcome-code.mustache" suffix(,)
    0};

static const unsigned char asset_496[] = {
#embed "../../templates/pages/welcome-done.mustache" suffix(,)
    0};

static const unsigned char asset_497[] = {
#embed "../../templates/pages/welcome-link.mustache" suffix(,)
    0};

static const unsigned char asset_498[] = {
#embed "../../templates/pages/welcome-password.mustache" suffix(,)
    0};

static const unsigned char asset_499[] = {
#embed "../../templates/pages/welcome-renewed.mustache" suffix(,)
    0};

static const unsigned char asset_500[] = {
#embed "../../templates/words/de.po" suffix(,)
    0};

static const unsigned char asset_501[] = {
#embed "../../templates/words/en.po" suffix(,)
    0};

static const unsigned char asset_502[] = {
#embed "../../templates/words/fr.po" suffix(,)
    0};

static const unsigned char asset_503[] = {
#embed "../../templates/words/usher.pot" suffix(,)
    0};

static const unsigned char asset_504[] = {
#embed "../../workflows/access-reduction.yaml" suffix(,)
    0};

static const unsigned char asset_505[] = {
#embed "../../workflows/access-request.yaml" suffix(,)
    0};

static const unsigned char asset_506[] = {
#embed "../../workflows/access-review.yaml" suffix(,)
    0};

static const unsigned char asset_507[] = {
#embed "../../workflows/account-closure.yaml" suffix(,)
    0};

static const unsigned char asset_508[] = {
#embed "../../workflows/account-request.yaml" suffix(,)
    0};

static const unsigned char asset_509[] = {
#embed "../../workflows/additional-cloud.yaml" suffix(,)
    0};

static const unsigned char asset_510[] = {
#embed "../../workflows/address-change.yaml" suffix(,)
    0};

static const unsigned char asset_511[] = {
#embed "../../workflows/api-account.yaml" suffix(,)
    0};

static const unsigned char asset_512[] = {
#embed "../../workflows/appointment.yaml" suffix(,)
    0};

static const unsigned char asset_513[] = {
#embed "../../workflows/factor-unlock.yaml" suffix(,)
    0};

static const unsigned char asset_514[] = {
#embed "../../workflows/grant-end.yaml" suffix(,)
    0};

static const unsigned char asset_515[] = {
#embed "../../workflows/mfa-reset.yaml" suffix(,)
    0};

static const unsigned char asset_516[] = {
#embed "../../workflows/nomination.yaml" suffix(,)
    0};

static const unsigned char asset_517[] = {
#embed "../../workflows/profile-change.yaml" suffix(,)
    0};

static const unsigned char asset_518[] = {
#embed "../../workflows/program-owner.yaml" suffix(,)
    0};

static const unsigned char asset_519[] = {
#embed "../../workflows/representative-change.yaml" suffix(,)
    0};

static const unsigned char asset_520[] = {
#embed "../../workflows/schema.json" suffix(,)
    0};

static const unsigned char asset_521[] = {
#embed "../../workflows/suspension.yaml" suffix(,)
    0};

static const struct usher_default assets[] = {
    {"api/openapi.yaml", asset_0, sizeof asset_0 - 1},
    {"catalogue/calendars/default.yaml", asset_1, sizeof asset_1 - 1},
    {"catalogue/calendars/england.yaml", asset_2, sizeof asset_2 - 1},
    {"catalogue/calendars/france-alsace-moselle.yaml", asset_3, sizeof asset_3 - 1},
    {"catalogue/calendars/france.yaml", asset_4, sizeof asset_4 - 1},
    {"catalogue/common-passwords.txt", asset_5, sizeof asset_5 - 1},
    {"catalogue/matrix.yaml", asset_6, sizeof asset_6 - 1},
    {"catalogue/profiles.yaml", asset_7, sizeof asset_7 - 1},
    {"catalogue/topology.yaml", asset_8, sizeof asset_8 - 1},
    {"templates/mail/de/access-asked.html.mustache", asset_9, sizeof asset_9 - 1},
    {"templates/mail/de/access-asked.txt.mustache", asset_10, sizeof asset_10 - 1},
    {"templates/mail/de/access-ended.html.mustache", asset_11, sizeof asset_11 - 1},
    {"templates/mail/de/access-ended.txt.mustache", asset_12, sizeof asset_12 - 1},
    {"templates/mail/de/access-ending.html.mustache", asset_13, sizeof asset_13 - 1},
    {"templates/mail/de/access-ending.txt.mustache", asset_14, sizeof asset_14 - 1},
    {"templates/mail/de/access-lapsed.html.mustache", asset_15, sizeof asset_15 - 1},
    {"templates/mail/de/access-lapsed.txt.mustache", asset_16, sizeof asset_16 - 1},
    {"templates/mail/de/access-lessened.html.mustache", asset_17, sizeof asset_17 - 1},
    {"templates/mail/de/access-lessened.txt.mustache", asset_18, sizeof asset_18 - 1},
    {"templates/mail/de/access-withdrawn.html.mustache", asset_19, sizeof asset_19 - 1},
    {"templates/mail/de/access-withdrawn.txt.mustache", asset_20, sizeof asset_20 - 1},
    {"templates/mail/de/account-closed.html.mustache", asset_21, sizeof asset_21 - 1},
    {"templates/mail/de/account-closed.txt.mustache", asset_22, sizeof asset_22 - 1},
    {"templates/mail/de/account-resumed.html.mustache", asset_23, sizeof asset_23 - 1},
    {"templates/mail/de/account-resumed.txt.mustache", asset_24, sizeof asset_24 - 1},
    {"templates/mail/de/account-suspended.html.mustache", asset_25, sizeof asset_25 - 1},
    {"templates/mail/de/account-suspended.txt.mustache", asset_26, sizeof asset_26 - 1},
    {"templates/mail/de/address-asked.html.mustache", asset_27, sizeof asset_27 - 1},
    {"templates/mail/de/address-asked.txt.mustache", asset_28, sizeof asset_28 - 1},
    {"templates/mail/de/address-changed.html.mustache", asset_29, sizeof asset_29 - 1},
    {"templates/mail/de/address-changed.txt.mustache", asset_30, sizeof asset_30 - 1},
    {"templates/mail/de/address-proof.html.mustache", asset_31, sizeof asset_31 - 1},
    {"templates/mail/de/address-proof.txt.mustache", asset_32, sizeof asset_32 - 1},
    {"templates/mail/de/address-told.html.mustache", asset_33, sizeof asset_33 - 1},
    {"templates/mail/de/address-told.txt.mustache", asset_34, sizeof asset_34 - 1},
    {"templates/mail/de/api-account-asked.html.mustache", asset_35, sizeof asset_35 - 1},
    {"templates/mail/de/api-account-asked.txt.mustache", asset_36, sizeof asset_36 - 1},
    {"templates/mail/de/api-account-open.html.mustache", asset_37, sizeof asset_37 - 1},
    {"templates/mail/de/api-account-open.txt.mustache", asset_38, sizeof asset_38 - 1},
    {"templates/mail/de/api-account-orphaned.html.mustache", asset_39, sizeof asset_39 - 1},
    {"templates/mail/de/api-account-orphaned.txt.mustache", asset_40, sizeof asset_40 - 1},
    {"templates/mail/de/api-account-ready.html.mustache", asset_41, sizeof asset_41 - 1},
    {"templates/mail/de/api-account-ready.txt.mustache", asset_42, sizeof asset_42 - 1},
    {"templates/mail/de/api-secret-ending.html.mustache", asset_43, sizeof asset_43 - 1},
    {"templates/mail/de/api-secret-ending.txt.mustache", asset_44, sizeof asset_44 - 1},
    {"templates/mail/de/approval-asked.html.mustache", asset_45, sizeof asset_45 - 1},
    {"templates/mail/de/approval-asked.txt.mustache", asset_46, sizeof asset_46 - 1},
    {"templates/mail/de/approval-reminder.html.mustache", asset_47, sizeof asset_47 - 1},
    {"templates/mail/de/approval-reminder.txt.mustache", asset_48, sizeof asset_48 - 1},
    {"templates/mail/de/audit-head.html.mustache", asset_49, sizeof asset_49 - 1},
    {"templates/mail/de/audit-head.txt.mustache", asset_50, sizeof asset_50 - 1},
    {"templates/mail/de/cloud-added.html.mustache", asset_51, sizeof asset_51 - 1},
    {"templates/mail/de/cloud-added.txt.mustache", asset_52, sizeof asset_52 - 1},
    {"templates/mail/de/cloud-asked.html.mustache", asset_53, sizeof asset_53 - 1},
    {"templates/mail/de/cloud-asked.txt.mustache", asset_54, sizeof asset_54 - 1},
    {"templates/mail/de/cloud-taken.html.mustache", asset_55, sizeof asset_55 - 1},
    {"templates/mail/de/cloud-taken.txt.mustache", asset_56, sizeof asset_56 - 1},
    {"templates/mail/de/duty-given.html.mustache", asset_57, sizeof asset_57 - 1},
    {"templates/mail/de/duty-given.txt.mustache", asset_58, sizeof asset_58 - 1},
    {"templates/mail/de/enrolment-reminder.html.mustache", asset_59, sizeof asset_59 - 1},
    {"templates/mail/de/enrolment-reminder.txt.mustache", asset_60, sizeof asset_60 - 1},
    {"templates/mail/de/factor-changed.html.mustache", asset_61, sizeof asset_61 - 1},
    {"templates/mail/de/factor-changed.txt.mustache", asset_62, sizeof asset_62 - 1},
    {"templates/mail/de/factor-locked.html.mustache", asset_63, sizeof asset_63 - 1},
    {"templates/mail/de/factor-locked.txt.mustache", asset_64, sizeof asset_64 - 1},
    {"templates/mail/de/failed.html.mustache", asset_65, sizeof asset_65 - 1},
    {"templates/mail/de/failed.txt.mustache", asset_66, sizeof asset_66 - 1},
    {"templates/mail/de/file.html.mustache", asset_67, sizeof asset_67 - 1},
    {"templates/mail/de/file.txt.mustache", asset_68, sizeof asset_68 - 1},
    {"templates/mail/de/invitation-reminder.html.mustache", asset_69, sizeof asset_69 - 1},
    {"templates/mail/de/invitation-reminder.txt.mustache", asset_70, sizeof asset_70 - 1},
    {"templates/mail/de/invitation.html.mustache", asset_71, sizeof asset_71 - 1},
    {"templates/mail/de/invitation.txt.mustache", asset_72, sizeof asset_72 - 1},
    {"templates/mail/de/lapsed.html.mustache", asset_73, sizeof asset_73 - 1},
    {"templates/mail/de/lapsed.txt.mustache", asset_74, sizeof asset_74 - 1},
    {"templates/mail/de/nobody-answers.html.mustache", asset_75, sizeof asset_75 - 1},
    {"templates/mail/de/nobody-answers.txt.mustache", asset_76, sizeof asset_76 - 1},
    {"templates/mail/de/nomination-asked.html.mustache", asset_77, sizeof asset_77 - 1},
    {"templates/mail/de/nomination-asked.txt.mustache", asset_78, sizeof asset_78 - 1},
    {"templates/mail/de/password-changed.html.mustache", asset_79, sizeof asset_79 - 1},
    {"templates/mail/de/password-changed.txt.mustache", asset_80, sizeof asset_80 - 1},
    {"templates/mail/de/password-forgotten.html.mustache", asset_81, sizeof asset_81 - 1},
    {"templates/mail/de/password-forgotten.txt.mustache", asset_82, sizeof asset_82 - 1},
    {"templates/mail/de/profile-changed.html.mustache", asset_83, sizeof asset_83 - 1},
    {"templates/mail/de/profile-changed.txt.mustache", asset_84, sizeof asset_84 - 1},
    {"templates/mail/de/program-owner-asked.html.mustache", asset_85, sizeof asset_85 - 1},
    {"templates/mail/de/program-owner-asked.txt.mustache", asset_86, sizeof asset_86 - 1},
    {"templates/mail/de/program-owner-changed.html.mustache", asset_87, sizeof asset_87 - 1},
    {"templates/mail/de/program-owner-changed.txt.mustache", asset_88, sizeof asset_88 - 1},
    {"templates/mail/de/question-reminder.html.mustache", asset_89, sizeof asset_89 - 1},
    {"templates/mail/de/question-reminder.txt.mustache", asset_90, sizeof asset_90 - 1},
    {"templates/mail/de/question.html.mustache", asset_91, sizeof asset_91 - 1},
    {"templates/mail/de/question.txt.mustache", asset_92, sizeof asset_92 - 1},
    {"templates/mail/de/recovery-code-used.html.mustache", asset_93, sizeof asset_93 - 1},
    {"templates/mail/de/recovery-code-used.txt.mustache", asset_94, sizeof asset_94 - 1},
    {"templates/mail/de/recovery-codes-low.html.mustache", asset_95, sizeof asset_95 - 1},
    {"templates/mail/de/recovery-codes-low.txt.mustache", asset_96, sizeof asset_96 - 1},
    {"templates/mail/de/recovery-codes-new.html.mustache", asset_97, sizeof asset_97 - 1},
    {"templates/mail/de/recovery-codes-new.txt.mustache", asset_98, sizeof asset_98 - 1},
    {"templates/mail/de/refused.html.mustache", asset_99, sizeof asset_99 - 1},
    {"templates/mail/de/refused.txt.mustache", asset_100, sizeof asset_100 - 1},
    {"templates/mail/de/representative-asked.html.mustache", asset_101, sizeof asset_101 - 1},
    {"templates/mail/de/representative-asked.txt.mustache", asset_102, sizeof asset_102 - 1},
    {"templates/mail/de/representative-changed.html.mustache", asset_103, sizeof asset_103 - 1},
    {"templates/mail/de/representative-changed.txt.mustache", asset_104, sizeof asset_104 - 1},
    {"templates/mail/de/reset-asked.html.mustache", asset_105, sizeof asset_105 - 1},
    {"templates/mail/de/reset-asked.txt.mustache", asset_106, sizeof asset_106 - 1},
    {"templates/mail/de/reset-done.html.mustache", asset_107, sizeof asset_107 - 1},
    {"templates/mail/de/reset-done.txt.mustache", asset_108, sizeof asset_108 - 1},
    {"templates/mail/de/reset-invitation.html.mustache", asset_109, sizeof asset_109 - 1},
    {"templates/mail/de/reset-invitation.txt.mustache", asset_110, sizeof asset_110 - 1},
    {"templates/mail/de/reset-reported.html.mustache", asset_111, sizeof asset_111 - 1},
    {"templates/mail/de/reset-reported.txt.mustache", asset_112, sizeof asset_112 - 1},
    {"templates/mail/de/review-asked.html.mustache", asset_113, sizeof asset_113 - 1},
    {"templates/mail/de/review-asked.txt.mustache", asset_114, sizeof asset_114 - 1},
    {"templates/mail/de/review-cancelled.html.mustache", asset_115, sizeof asset_115 - 1},
    {"templates/mail/de/review-cancelled.txt.mustache", asset_116, sizeof asset_116 - 1},
    {"templates/mail/de/review-reminder.html.mustache", asset_117, sizeof asset_117 - 1},
    {"templates/mail/de/review-reminder.txt.mustache", asset_118, sizeof asset_118 - 1},
    {"templates/mail/de/review-report.html.mustache", asset_119, sizeof asset_119 - 1},
    {"templates/mail/de/review-report.txt.mustache", asset_120, sizeof asset_120 - 1},
    {"templates/mail/de/security-alarm.html.mustache", asset_121, sizeof asset_121 - 1},
    {"templates/mail/de/security-alarm.txt.mustache", asset_122, sizeof asset_122 - 1},
    {"templates/mail/de/sessions-ended.html.mustache", asset_123, sizeof asset_123 - 1},
    {"templates/mail/de/sessions-ended.txt.mustache", asset_124, sizeof asset_124 - 1},
    {"templates/mail/de/sign-in-new-client.html.mustache", asset_125, sizeof asset_125 - 1},
    {"templates/mail/de/sign-in-new-client.txt.mustache", asset_126, sizeof asset_126 - 1},
    {"templates/mail/de/standing-in.html.mustache", asset_127, sizeof asset_127 - 1},
    {"templates/mail/de/standing-in.txt.mustache", asset_128, sizeof asset_128 - 1},
    {"templates/mail/de/suspension-reminder.html.mustache", asset_129, sizeof asset_129 - 1},
    {"templates/mail/de/suspension-reminder.txt.mustache", asset_130, sizeof asset_130 - 1},
    {"templates/mail/de/test.html.mustache", asset_131, sizeof asset_131 - 1},
    {"templates/mail/de/test.txt.mustache", asset_132, sizeof asset_132 - 1},
    {"templates/mail/de/undeliverable.html.mustache", asset_133, sizeof asset_133 - 1},
    {"templates/mail/de/undeliverable.txt.mustache", asset_134, sizeof asset_134 - 1},
    {"templates/mail/de/unlock-asked.html.mustache", asset_135, sizeof asset_135 - 1},
    {"templates/mail/de/unlock-asked.txt.mustache", asset_136, sizeof asset_136 - 1},
    {"templates/mail/de/unlock-done.html.mustache", asset_137, sizeof asset_137 - 1},
    {"templates/mail/de/unlock-done.txt.mustache", asset_138, sizeof asset_138 - 1},
    {"templates/mail/de/unlock-reported.html.mustache", asset_139, sizeof asset_139 - 1},
    {"templates/mail/de/unlock-reported.txt.mustache", asset_140, sizeof asset_140 - 1},
    {"templates/mail/de/waiting-for-you.html.mustache", asset_141, sizeof asset_141 - 1},
    {"templates/mail/de/waiting-for-you.txt.mustache", asset_142, sizeof asset_142 - 1},
    {"templates/mail/de/webhook-lost.html.mustache", asset_143, sizeof asset_143 - 1},
    {"templates/mail/de/webhook-lost.txt.mustache", asset_144, sizeof asset_144 - 1},
    {"templates/mail/de/welcome.html.mustache", asset_145, sizeof asset_145 - 1},
    {"templates/mail/de/welcome.txt.mustache", asset_146, sizeof asset_146 - 1},
    {"templates/mail/de/withdrawn.html.mustache", asset_147, sizeof asset_147 - 1},
    {"templates/mail/de/withdrawn.txt.mustache", asset_148, sizeof asset_148 - 1},
    {"templates/mail/details.html.mustache", asset_149, sizeof asset_149 - 1},
    {"templates/mail/details.txt.mustache", asset_150, sizeof asset_150 - 1},
    {"templates/mail/en/access-asked.html.mustache", asset_151, sizeof asset_151 - 1},
    {"templates/mail/en/access-asked.txt.mustache", asset_152, sizeof asset_152 - 1},
    {"templates/mail/en/access-ended.html.mustache", asset_153, sizeof asset_153 - 1},
    {"templates/mail/en/access-ended.txt.mustache", asset_154, sizeof asset_154 - 1},
    {"templates/mail/en/access-ending.html.mustache", asset_155, sizeof asset_155 - 1},
    {"templates/mail/en/access-ending.txt.mustache", asset_156, sizeof asset_156 - 1},
    {"templates/mail/en/access-lapsed.html.mustache", asset_157, sizeof asset_157 - 1},
    {"templates/mail/en/access-lapsed.txt.mustache", asset_158, sizeof asset_158 - 1},
    {"templates/mail/en/access-lessened.html.mustache", asset_159, sizeof asset_159 - 1},
    {"templates/mail/en/access-lessened.txt.mustache", asset_160, sizeof asset_160 - 1},
    {"templates/mail/en/access-withdrawn.html.mustache", asset_161, sizeof asset_161 - 1},
    {"templates/mail/en/access-withdrawn.txt.mustache", asset_162, sizeof asset_162 - 1},
    {"templates/mail/en/account-closed.html.mustache", asset_163, sizeof asset_163 - 1},
    {"templates/mail/en/account-closed.txt.mustache", asset_164, sizeof asset_164 - 1},
    {"templates/mail/en/account-resumed.html.mustache", asset_165, sizeof asset_165 - 1},
    {"templates/mail/en/account-resumed.txt.mustache", asset_166, sizeof asset_166 - 1},
    {"templates/mail/en/account-suspended.html.mustache", asset_167, sizeof asset_167 - 1},
    {"templates/mail/en/account-suspended.txt.mustache", asset_168, sizeof asset_168 - 1},
    {"templates/mail/en/address-asked.html.mustache", asset_169, sizeof asset_169 - 1},
    {"templates/mail/en/address-asked.txt.mustache", asset_170, sizeof asset_170 - 1},
    {"templates/mail/en/address-changed.html.mustache", asset_171, sizeof asset_171 - 1},
    {"templates/mail/en/address-changed.txt.mustache", asset_172, sizeof asset_172 - 1},
    {"templates/mail/en/address-proof.html.mustache", asset_173, sizeof asset_173 - 1},
    {"templates/mail/en/address-proof.txt.mustache", asset_174, sizeof asset_174 - 1},
    {"templates/mail/en/address-told.html.mustache", asset_175, sizeof asset_175 - 1},
    {"templates/mail/en/address-told.txt.mustache", asset_176, sizeof asset_176 - 1},
    {"templates/mail/en/api-account-asked.html.mustache", asset_177, sizeof asset_177 - 1},
    {"templates/mail/en/api-account-asked.txt.mustache", asset_178, sizeof asset_178 - 1},
    {"templates/mail/en/api-account-open.html.mustache", asset_179, sizeof asset_179 - 1},
    {"templates/mail/en/api-account-open.txt.mustache", asset_180, sizeof asset_180 - 1},
    {"templates/mail/en/api-account-orphaned.html.mustache", asset_181, sizeof asset_181 - 1},
    {"templates/mail/en/api-account-orphaned.txt.mustache", asset_182, sizeof asset_182 - 1},
    {"templates/mail/en/api-account-ready.html.mustache", asset_183, sizeof asset_183 - 1},
    {"templates/mail/en/api-account-ready.txt.mustache", asset_184, sizeof asset_184 - 1},
    {"templates/mail/en/api-secret-ending.html.mustache", asset_185, sizeof asset_185 - 1},
    {"templates/mail/en/api-secret-ending.txt.mustache", asset_186, sizeof asset_186 - 1},
    {"templates/mail/en/approval-asked.html.mustache", asset_187, sizeof asset_187 - 1},
    {"templates/mail/en/approval-asked.txt.mustache", asset_188, sizeof asset_188 - 1},
    {"templates/mail/en/approval-reminder.html.mustache", asset_189, sizeof asset_189 - 1},
    {"templates/mail/en/approval-reminder.txt.mustache", asset_190, sizeof asset_190 - 1},
    {"templates/mail/en/audit-head.html.mustache", asset_191, sizeof asset_191 - 1},
    {"templates/mail/en/audit-head.txt.mustache", asset_192, sizeof asset_192 - 1},
    {"templates/mail/en/cloud-added.html.mustache", asset_193, sizeof asset_193 - 1},
    {"templates/mail/en/cloud-added.txt.mustache", asset_194, sizeof asset_194 - 1},
    {"templates/mail/en/cloud-asked.html.mustache", asset_195, sizeof asset_195 - 1},
    {"templates/mail/en/cloud-asked.txt.mustache", asset_196, sizeof asset_196 - 1},
    {"templates/mail/en/cloud-taken.html.mustache", asset_197, sizeof asset_197 - 1},
    {"templates/mail/en/cloud-taken.txt.mustache", asset_198, sizeof asset_198 - 1},
    {"templates/mail/en/duty-given.html.mustache", asset_199, sizeof asset_199 - 1},
    {"templates/mail/en/duty-given.txt.mustache", asset_200, sizeof asset_200 - 1},
    {"templates/mail/en/enrolment-reminder.html.mustache", asset_201, sizeof asset_201 - 1},
    {"templates/mail/en/enrolment-reminder.txt.mustache", asset_202, sizeof asset_202 - 1},
    {"templates/mail/en/factor-changed.html.mustache", asset_203, sizeof asset_203 - 1},
    {"templates/mail/en/factor-changed.txt.mustache", asset_204, sizeof asset_204 - 1},
    {"templates/mail/en/factor-locked.html.mustache", asset_205, sizeof asset_205 - 1},
    {"templates/mail/en/factor-locked.txt.mustache", asset_206, sizeof asset_206 - 1},
    {"templates/mail/en/failed.html.mustache", asset_207, sizeof asset_207 - 1},
    {"templates/mail/en/failed.txt.mustache", asset_208, sizeof asset_208 - 1},
    {"templates/mail/en/file.html.mustache", asset_209, sizeof asset_209 - 1},
    {"templates/mail/en/file.txt.mustache", asset_210, sizeof asset_210 - 1},
    {"templates/mail/en/invitation-reminder.html.mustache", asset_211, sizeof asset_211 - 1},
    {"templates/mail/en/invitation-reminder.txt.mustache", asset_212, sizeof asset_212 - 1},
    {"templates/mail/en/invitation.html.mustache", asset_213, sizeof asset_213 - 1},
    {"templates/mail/en/invitation.txt.mustache", asset_214, sizeof asset_214 - 1},
    {"templates/mail/en/lapsed.html.mustache", asset_215, sizeof asset_215 - 1},
    {"templates/mail/en/lapsed.txt.mustache", asset_216, sizeof asset_216 - 1},
    {"templates/mail/en/nobody-answers.html.mustache", asset_217, sizeof asset_217 - 1},
    {"templates/mail/en/nobody-answers.txt.mustache", asset_218, sizeof asset_218 - 1},
    {"templates/mail/en/nomination-asked.html.mustache", asset_219, sizeof asset_219 - 1},
    {"templates/mail/en/nomination-asked.txt.mustache", asset_220, sizeof asset_220 - 1},
    {"templates/mail/en/password-changed.html.mustache", asset_221, sizeof asset_221 - 1},
    {"templates/mail/en/password-changed.txt.mustache", asset_222, sizeof asset_222 - 1},
    {"templates/mail/en/password-forgotten.html.mustache", asset_223, sizeof asset_223 - 1},
    {"templates/mail/en/password-forgotten.txt.mustache", asset_224, sizeof asset_224 - 1},
    {"templates/mail/en/profile-changed.html.mustache", asset_225, sizeof asset_225 - 1},
    {"templates/mail/en/profile-changed.txt.mustache", asset_226, sizeof asset_226 - 1},
    {"templates/mail/en/program-owner-asked.html.mustache", asset_227, sizeof asset_227 - 1},
    {"templates/mail/en/program-owner-asked.txt.mustache", asset_228, sizeof asset_228 - 1},
    {"templates/mail/en/program-owner-changed.html.mustache", asset_229, sizeof asset_229 - 1},
    {"templates/mail/en/program-owner-changed.txt.mustache", asset_230, sizeof asset_230 - 1},
    {"templates/mail/en/question-reminder.html.mustache", asset_231, sizeof asset_231 - 1},
    {"templates/mail/en/question-reminder.txt.mustache", asset_232, sizeof asset_232 - 1},
    {"templates/mail/en/question.html.mustache", asset_233, sizeof asset_233 - 1},
    {"templates/mail/en/question.txt.mustache", asset_234, sizeof asset_234 - 1},
    {"templates/mail/en/recovery-code-used.html.mustache", asset_235, sizeof asset_235 - 1},
    {"templates/mail/en/recovery-code-used.txt.mustache", asset_236, sizeof asset_236 - 1},
    {"templates/mail/en/recovery-codes-low.html.mustache", asset_237, sizeof asset_237 - 1},
    {"templates/mail/en/recovery-codes-low.txt.mustache", asset_238, sizeof asset_238 - 1},
    {"templates/mail/en/recovery-codes-new.html.mustache", asset_239, sizeof asset_239 - 1},
    {"templates/mail/en/recovery-codes-new.txt.mustache", asset_240, sizeof asset_240 - 1},
    {"templates/mail/en/refused.html.mustache", asset_241, sizeof asset_241 - 1},
    {"templates/mail/en/refused.txt.mustache", asset_242, sizeof asset_242 - 1},
    {"templates/mail/en/representative-asked.html.mustache", asset_243, sizeof asset_243 - 1},
    {"templates/mail/en/representative-asked.txt.mustache", asset_244, sizeof asset_244 - 1},
    {"templates/mail/en/representative-changed.html.mustache", asset_245, sizeof asset_245 - 1},
    {"templates/mail/en/representative-changed.txt.mustache", asset_246, sizeof asset_246 - 1},
    {"templates/mail/en/reset-asked.html.mustache", asset_247, sizeof asset_247 - 1},
    {"templates/mail/en/reset-asked.txt.mustache", asset_248, sizeof asset_248 - 1},
    {"templates/mail/en/reset-done.html.mustache", asset_249, sizeof asset_249 - 1},
    {"templates/mail/en/reset-done.txt.mustache", asset_250, sizeof asset_250 - 1},
    {"templates/mail/en/reset-invitation.html.mustache", asset_251, sizeof asset_251 - 1},
    {"templates/mail/en/reset-invitation.txt.mustache", asset_252, sizeof asset_252 - 1},
    {"templates/mail/en/reset-reported.html.mustache", asset_253, sizeof asset_253 - 1},
    {"templates/mail/en/reset-reported.txt.mustache", asset_254, sizeof asset_254 - 1},
    {"templates/mail/en/review-asked.html.mustache", asset_255, sizeof asset_255 - 1},
    {"templates/mail/en/review-asked.txt.mustache", asset_256, sizeof asset_256 - 1},
    {"templates/mail/en/review-cancelled.html.mustache", asset_257, sizeof asset_257 - 1},
    {"templates/mail/en/review-cancelled.txt.mustache", asset_258, sizeof asset_258 - 1},
    {"templates/mail/en/review-reminder.html.mustache", asset_259, sizeof asset_259 - 1},
    {"templates/mail/en/review-reminder.txt.mustache", asset_260, sizeof asset_260 - 1},
    {"templates/mail/en/review-report.html.mustache", asset_261, sizeof asset_261 - 1},
    {"templates/mail/en/review-report.txt.mustache", asset_262, sizeof asset_262 - 1},
    {"templates/mail/en/security-alarm.html.mustache", asset_263, sizeof asset_263 - 1},
    {"templates/mail/en/security-alarm.txt.mustache", asset_264, sizeof asset_264 - 1},
    {"templates/mail/en/sessions-ended.html.mustache", asset_265, sizeof asset_265 - 1},
    {"templates/mail/en/sessions-ended.txt.mustache", asset_266, sizeof asset_266 - 1},
    {"templates/mail/en/sign-in-new-client.html.mustache", asset_267, sizeof asset_267 - 1},
    {"templates/mail/en/sign-in-new-client.txt.mustache", asset_268, sizeof asset_268 - 1},
    {"templates/mail/en/standing-in.html.mustache", asset_269, sizeof asset_269 - 1},
    {"templates/mail/en/standing-in.txt.mustache", asset_270, sizeof asset_270 - 1},
    {"templates/mail/en/suspension-reminder.html.mustache", asset_271, sizeof asset_271 - 1},
    {"templates/mail/en/suspension-reminder.txt.mustache", asset_272, sizeof asset_272 - 1},
    {"templates/mail/en/test.html.mustache", asset_273, sizeof asset_273 - 1},
    {"templates/mail/en/test.txt.mustache", asset_274, sizeof asset_274 - 1},
    {"templates/mail/en/undeliverable.html.mustache", asset_275, sizeof asset_275 - 1},
    {"templates/mail/en/undeliverable.txt.mustache", asset_276, sizeof asset_276 - 1},
    {"templates/mail/en/unlock-asked.html.mustache", asset_277, sizeof asset_277 - 1},
    {"templates/mail/en/unlock-asked.txt.mustache", asset_278, sizeof asset_278 - 1},
    {"templates/mail/en/unlock-done.html.mustache", asset_279, sizeof asset_279 - 1},
    {"templates/mail/en/unlock-done.txt.mustache", asset_280, sizeof asset_280 - 1},
    {"templates/mail/en/unlock-reported.html.mustache", asset_281, sizeof asset_281 - 1},
    {"templates/mail/en/unlock-reported.txt.mustache", asset_282, sizeof asset_282 - 1},
    {"templates/mail/en/waiting-for-you.html.mustache", asset_283, sizeof asset_283 - 1},
    {"templates/mail/en/waiting-for-you.txt.mustache", asset_284, sizeof asset_284 - 1},
    {"templates/mail/en/webhook-lost.html.mustache", asset_285, sizeof asset_285 - 1},
    {"templates/mail/en/webhook-lost.txt.mustache", asset_286, sizeof asset_286 - 1},
    {"templates/mail/en/welcome.html.mustache", asset_287, sizeof asset_287 - 1},
    {"templates/mail/en/welcome.txt.mustache", asset_288, sizeof asset_288 - 1},
    {"templates/mail/en/withdrawn.html.mustache", asset_289, sizeof asset_289 - 1},
    {"templates/mail/en/withdrawn.txt.mustache", asset_290, sizeof asset_290 - 1},
    {"templates/mail/footer.txt.mustache", asset_291, sizeof asset_291 - 1},
    {"templates/mail/fr/access-asked.html.mustache", asset_292, sizeof asset_292 - 1},
    {"templates/mail/fr/access-asked.txt.mustache", asset_293, sizeof asset_293 - 1},
    {"templates/mail/fr/access-ended.html.mustache", asset_294, sizeof asset_294 - 1},
    {"templates/mail/fr/access-ended.txt.mustache", asset_295, sizeof asset_295 - 1},
    {"templates/mail/fr/access-ending.html.mustache", asset_296, sizeof asset_296 - 1},
    {"templates/mail/fr/access-ending.txt.mustache", asset_297, sizeof asset_297 - 1},
    {"templates/mail/fr/access-lapsed.html.mustache", asset_298, sizeof asset_298 - 1},
    {"templates/mail/fr/access-lapsed.txt.mustache", asset_299, sizeof asset_299 - 1},
    {"templates/mail/fr/access-lessened.html.mustache", asset_300, sizeof asset_300 - 1},
    {"templates/mail/fr/access-lessened.txt.mustache", asset_301, sizeof asset_301 - 1},
    {"templates/mail/fr/access-withdrawn.html.mustache", asset_302, sizeof asset_302 - 1},
    {"templates/mail/fr/access-withdrawn.txt.mustache", asset_303, sizeof asset_303 - 1},
    {"templates/mail/fr/account-closed.html.mustache", asset_304, sizeof asset_304 - 1},
    {"templates/mail/fr/account-closed.txt.mustache", asset_305, sizeof asset_305 - 1},
    {"templates/mail/fr/account-resumed.html.mustache", asset_306, sizeof asset_306 - 1},
    {"templates/mail/fr/account-resumed.txt.mustache", asset_307, sizeof asset_307 - 1},
    {"templates/mail/fr/account-suspended.html.mustache", asset_308, sizeof asset_308 - 1},
    {"templates/mail/fr/account-suspended.txt.mustache", asset_309, sizeof asset_309 - 1},
    {"templates/mail/fr/address-asked.html.mustache", asset_310, sizeof asset_310 - 1},
    {"templates/mail/fr/address-asked.txt.mustache", asset_311, sizeof asset_311 - 1},
    {"templates/mail/fr/address-changed.html.mustache", asset_312, sizeof asset_312 - 1},
    {"templates/mail/fr/address-changed.txt.mustache", asset_313, sizeof asset_313 - 1},
    {"templates/mail/fr/address-proof.html.mustache", asset_314, sizeof asset_314 - 1},
    {"templates/mail/fr/address-proof.txt.mustache", asset_315, sizeof asset_315 - 1},
    {"templates/mail/fr/address-told.html.mustache", asset_316, sizeof asset_316 - 1},
    {"templates/mail/fr/address-told.txt.mustache", asset_317, sizeof asset_317 - 1},
    {"templates/mail/fr/api-account-asked.html.mustache", asset_318, sizeof asset_318 - 1},
    {"templates/mail/fr/api-account-asked.txt.mustache", asset_319, sizeof asset_319 - 1},
    {"templates/mail/fr/api-account-open.html.mustache", asset_320, sizeof asset_320 - 1},
    {"templates/mail/fr/api-account-open.txt.mustache", asset_321, sizeof asset_321 - 1},
    {"templates/mail/fr/api-account-orphaned.html.mustache", asset_322, sizeof asset_322 - 1},
    {"templates/mail/fr/api-account-orphaned.txt.mustache", asset_323, sizeof asset_323 - 1},
    {"templates/mail/fr/api-account-ready.html.mustache", asset_324, sizeof asset_324 - 1},
    {"templates/mail/fr/api-account-ready.txt.mustache", asset_325, sizeof asset_325 - 1},
    {"templates/mail/fr/api-secret-ending.html.mustache", asset_326, sizeof asset_326 - 1},
    {"templates/mail/fr/api-secret-ending.txt.mustache", asset_327, sizeof asset_327 - 1},
    {"templates/mail/fr/approval-asked.html.mustache", asset_328, sizeof asset_328 - 1},
    {"templates/mail/fr/approval-asked.txt.mustache", asset_329, sizeof asset_329 - 1},
    {"templates/mail/fr/approval-reminder.html.mustache", asset_330, sizeof asset_330 - 1},
    {"templates/mail/fr/approval-reminder.txt.mustache", asset_331, sizeof asset_331 - 1},
    {"templates/mail/fr/audit-head.html.mustache", asset_332, sizeof asset_332 - 1},
    {"templates/mail/fr/audit-head.txt.mustache", asset_333, sizeof asset_333 - 1},
    {"templates/mail/fr/cloud-added.html.mustache", asset_334, sizeof asset_334 - 1},
    {"templates/mail/fr/cloud-added.txt.mustache", asset_335, sizeof asset_335 - 1},
    {"templates/mail/fr/cloud-asked.html.mustache", asset_336, sizeof asset_336 - 1},
    {"templates/mail/fr/cloud-asked.txt.mustache", asset_337, sizeof asset_337 - 1},
    {"templates/mail/fr/cloud-taken.html.mustache", asset_338, sizeof asset_338 - 1},
    {"templates/mail/fr/cloud-taken.txt.mustache", asset_339, sizeof asset_339 - 1},
    {"templates/mail/fr/duty-given.html.mustache", asset_340, sizeof asset_340 - 1},
    {"templates/mail/fr/duty-given.txt.mustache", asset_341, sizeof asset_341 - 1},
    {"templates/mail/fr/enrolment-reminder.html.mustache", asset_342, sizeof asset_342 - 1},
    {"templates/mail/fr/enrolment-reminder.txt.mustache", asset_343, sizeof asset_343 - 1},
    {"templates/mail/fr/factor-changed.html.mustache", asset_344, sizeof asset_344 - 1},
    {"templates/mail/fr/factor-changed.txt.mustache", asset_345, sizeof asset_345 - 1},
    {"templates/mail/fr/factor-locked.html.mustache", asset_346, sizeof asset_346 - 1},
    {"templates/mail/fr/factor-locked.txt.mustache", asset_347, sizeof asset_347 - 1},
    {"templates/mail/fr/failed.html.mustache", asset_348, sizeof asset_348 - 1},
    {"templates/mail/fr/failed.txt.mustache", asset_349, sizeof asset_349 - 1},
    {"templates/mail/fr/file.html.mustache", asset_350, sizeof asset_350 - 1},
    {"templates/mail/fr/file.txt.mustache", asset_351, sizeof asset_351 - 1},
    {"templates/mail/fr/invitation-reminder.html.mustache", asset_352, sizeof asset_352 - 1},
    {"templates/mail/fr/invitation-reminder.txt.mustache", asset_353, sizeof asset_353 - 1},
    {"templates/mail/fr/invitation.html.mustache", asset_354, sizeof asset_354 - 1},
    {"templates/mail/fr/invitation.txt.mustache", asset_355, sizeof asset_355 - 1},
    {"templates/mail/fr/lapsed.html.mustache", asset_356, sizeof asset_356 - 1},
    {"templates/mail/fr/lapsed.txt.mustache", asset_357, sizeof asset_357 - 1},
    {"templates/mail/fr/nobody-answers.html.mustache", asset_358, sizeof asset_358 - 1},
    {"templates/mail/fr/nobody-answers.txt.mustache", asset_359, sizeof asset_359 - 1},
    {"templates/mail/fr/nomination-asked.html.mustache", asset_360, sizeof asset_360 - 1},
    {"templates/mail/fr/nomination-asked.txt.mustache", asset_361, sizeof asset_361 - 1},
    {"templates/mail/fr/password-changed.html.mustache", asset_362, sizeof asset_362 - 1},
    {"templates/mail/fr/password-changed.txt.mustache", asset_363, sizeof asset_363 - 1},
    {"templates/mail/fr/password-forgotten.html.mustache", asset_364, sizeof asset_364 - 1},
    {"templates/mail/fr/password-forgotten.txt.mustache", asset_365, sizeof asset_365 - 1},
    {"templates/mail/fr/profile-changed.html.mustache", asset_366, sizeof asset_366 - 1},
    {"templates/mail/fr/profile-changed.txt.mustache", asset_367, sizeof asset_367 - 1},
    {"templates/mail/fr/program-owner-asked.html.mustache", asset_368, sizeof asset_368 - 1},
    {"templates/mail/fr/program-owner-asked.txt.mustache", asset_369, sizeof asset_369 - 1},
    {"templates/mail/fr/program-owner-changed.html.mustache", asset_370, sizeof asset_370 - 1},
    {"templates/mail/fr/program-owner-changed.txt.mustache", asset_371, sizeof asset_371 - 1},
    {"templates/mail/fr/question-reminder.html.mustache", asset_372, sizeof asset_372 - 1},
    {"templates/mail/fr/question-reminder.txt.mustache", asset_373, sizeof asset_373 - 1},
    {"templates/mail/fr/question.html.mustache", asset_374, sizeof asset_374 - 1},
    {"templates/mail/fr/question.txt.mustache", asset_375, sizeof asset_375 - 1},
    {"templates/mail/fr/recovery-code-used.html.mustache", asset_376, sizeof asset_376 - 1},
    {"templates/mail/fr/recovery-code-used.txt.mustache", asset_377, sizeof asset_377 - 1},
    {"templates/mail/fr/recovery-codes-low.html.mustache", asset_378, sizeof asset_378 - 1},
    {"templates/mail/fr/recovery-codes-low.txt.mustache", asset_379, sizeof asset_379 - 1},
    {"templates/mail/fr/recovery-codes-new.html.mustache", asset_380, sizeof asset_380 - 1},
    {"templates/mail/fr/recovery-codes-new.txt.mustache", asset_381, sizeof asset_381 - 1},
    {"templates/mail/fr/refused.html.mustache", asset_382, sizeof asset_382 - 1},
    {"templates/mail/fr/refused.txt.mustache", asset_383, sizeof asset_383 - 1},
    {"templates/mail/fr/representative-asked.html.mustache", asset_384, sizeof asset_384 - 1},
    {"templates/mail/fr/representative-asked.txt.mustache", asset_385, sizeof asset_385 - 1},
    {"templates/mail/fr/representative-changed.html.mustache", asset_386, sizeof asset_386 - 1},
    {"templates/mail/fr/representative-changed.txt.mustache", asset_387, sizeof asset_387 - 1},
    {"templates/mail/fr/reset-asked.html.mustache", asset_388, sizeof asset_388 - 1},
    {"templates/mail/fr/reset-asked.txt.mustache", asset_389, sizeof asset_389 - 1},
    {"templates/mail/fr/reset-done.html.mustache", asset_390, sizeof asset_390 - 1},
    {"templates/mail/fr/reset-done.txt.mustache", asset_391, sizeof asset_391 - 1},
    {"templates/mail/fr/reset-invitation.html.mustache", asset_392, sizeof asset_392 - 1},
    {"templates/mail/fr/reset-invitation.txt.mustache", asset_393, sizeof asset_393 - 1},
    {"templates/mail/fr/reset-reported.html.mustache", asset_394, sizeof asset_394 - 1},
    {"templates/mail/fr/reset-reported.txt.mustache", asset_395, sizeof asset_395 - 1},
    {"templates/mail/fr/review-asked.html.mustache", asset_396, sizeof asset_396 - 1},
    {"templates/mail/fr/review-asked.txt.mustache", asset_397, sizeof asset_397 - 1},
    {"templates/mail/fr/review-cancelled.html.mustache", asset_398, sizeof asset_398 - 1},
    {"templates/mail/fr/review-cancelled.txt.mustache", asset_399, sizeof asset_399 - 1},
    {"templates/mail/fr/review-reminder.html.mustache", asset_400, sizeof asset_400 - 1},
    {"templates/mail/fr/review-reminder.txt.mustache", asset_401, sizeof asset_401 - 1},
    {"templates/mail/fr/review-report.html.mustache", asset_402, sizeof asset_402 - 1},
    {"templates/mail/fr/review-report.txt.mustache", asset_403, sizeof asset_403 - 1},
    {"templates/mail/fr/security-alarm.html.mustache", asset_404, sizeof asset_404 - 1},
    {"templates/mail/fr/security-alarm.txt.mustache", asset_405, sizeof asset_405 - 1},
    {"templates/mail/fr/sessions-ended.html.mustache", asset_406, sizeof asset_406 - 1},
    {"templates/mail/fr/sessions-ended.txt.mustache", asset_407, sizeof asset_407 - 1},
    {"templates/mail/fr/sign-in-new-client.html.mustache", asset_408, sizeof asset_408 - 1},
    {"templates/mail/fr/sign-in-new-client.txt.mustache", asset_409, sizeof asset_409 - 1},
    {"templates/mail/fr/standing-in.html.mustache", asset_410, sizeof asset_410 - 1},
    {"templates/mail/fr/standing-in.txt.mustache", asset_411, sizeof asset_411 - 1},
    {"templates/mail/fr/suspension-reminder.html.mustache", asset_412, sizeof asset_412 - 1},
    {"templates/mail/fr/suspension-reminder.txt.mustache", asset_413, sizeof asset_413 - 1},
    {"templates/mail/fr/test.html.mustache", asset_414, sizeof asset_414 - 1},
    {"templates/mail/fr/test.txt.mustache", asset_415, sizeof asset_415 - 1},
    {"templates/mail/fr/undeliverable.html.mustache", asset_416, sizeof asset_416 - 1},
    {"templates/mail/fr/undeliverable.txt.mustache", asset_417, sizeof asset_417 - 1},
    {"templates/mail/fr/unlock-asked.html.mustache", asset_418, sizeof asset_418 - 1},
    {"templates/mail/fr/unlock-asked.txt.mustache", asset_419, sizeof asset_419 - 1},
    {"templates/mail/fr/unlock-done.html.mustache", asset_420, sizeof asset_420 - 1},
    {"templates/mail/fr/unlock-done.txt.mustache", asset_421, sizeof asset_421 - 1},
    {"templates/mail/fr/unlock-reported.html.mustache", asset_422, sizeof asset_422 - 1},
    {"templates/mail/fr/unlock-reported.txt.mustache", asset_423, sizeof asset_423 - 1},
    {"templates/mail/fr/waiting-for-you.html.mustache", asset_424, sizeof asset_424 - 1},
    {"templates/mail/fr/waiting-for-you.txt.mustache", asset_425, sizeof asset_425 - 1},
    {"templates/mail/fr/webhook-lost.html.mustache", asset_426, sizeof asset_426 - 1},
    {"templates/mail/fr/webhook-lost.txt.mustache", asset_427, sizeof asset_427 - 1},
    {"templates/mail/fr/welcome.html.mustache", asset_428, sizeof asset_428 - 1},
    {"templates/mail/fr/welcome.txt.mustache", asset_429, sizeof asset_429 - 1},
    {"templates/mail/fr/withdrawn.html.mustache", asset_430, sizeof asset_430 - 1},
    {"templates/mail/fr/withdrawn.txt.mustache", asset_431, sizeof asset_431 - 1},
    {"templates/mail/items.html.mustache", asset_432, sizeof asset_432 - 1},
    {"templates/mail/items.txt.mustache", asset_433, sizeof asset_433 - 1},
    {"templates/mail/layout.html.mustache", asset_434, sizeof asset_434 - 1},
    {"templates/mail/review-items.html.mustache", asset_435, sizeof asset_435 - 1},
    {"templates/mail/review-items.txt.mustache", asset_436, sizeof asset_436 - 1},
    {"templates/pages/access-why.mustache", asset_437, sizeof asset_437 - 1},
    {"templates/pages/access.mustache", asset_438, sizeof asset_438 - 1},
    {"templates/pages/account-codes.mustache", asset_439, sizeof asset_439 - 1},
    {"templates/pages/account-factor.mustache", asset_440, sizeof asset_440 - 1},
    {"templates/pages/account.mustache", asset_441, sizeof asset_441 - 1},
    {"templates/pages/assets/usher.css", asset_442, sizeof asset_442 - 1},
    {"templates/pages/assets/usher.js", asset_443, sizeof asset_443 - 1},
    {"templates/pages/authorize-refused.mustache", asset_444, sizeof asset_444 - 1},
    {"templates/pages/authorize.mustache", asset_445, sizeof asset_445 - 1},
    {"templates/pages/bulk-done.mustache", asset_446, sizeof asset_446 - 1},
    {"templates/pages/bulk.mustache", asset_447, sizeof asset_447 - 1},
    {"templates/pages/cloud.mustache", asset_448, sizeof asset_448 - 1},
    {"templates/pages/clouds.mustache", asset_449, sizeof asset_449 - 1},
    {"templates/pages/decide.mustache", asset_450, sizeof asset_450 - 1},
    {"templates/pages/delegations.mustache", asset_451, sizeof asset_451 - 1},
    {"templates/pages/device-done.mustache", asset_452, sizeof asset_452 - 1},
    {"templates/pages/device-question.mustache", asset_453, sizeof asset_453 - 1},
    {"templates/pages/device.mustache", asset_454, sizeof asset_454 - 1},
    {"templates/pages/error.mustache", asset_455, sizeof asset_455 - 1},
    {"templates/pages/forgotten-password.mustache", asset_456, sizeof asset_456 - 1},
    {"templates/pages/go-on.mustache", asset_457, sizeof asset_457 - 1},
    {"templates/pages/home.mustache", asset_458, sizeof asset_458 - 1},
    {"templates/pages/inbox.mustache", asset_459, sizeof asset_459 - 1},
    {"templates/pages/layout.mustache", asset_460, sizeof asset_460 - 1},
    {"templates/pages/leave.mustache", asset_461, sizeof asset_461 - 1},
    {"templates/pages/lost-device-done.mustache", asset_462, sizeof asset_462 - 1},
    {"templates/pages/lost-device.mustache", asset_463, sizeof asset_463 - 1},
    {"templates/pages/new-password-link.mustache", asset_464, sizeof asset_464 - 1},
    {"templates/pages/new-password.mustache", asset_465, sizeof asset_465 - 1},
    {"templates/pages/operation-application-new.mustache", asset_466, sizeof asset_466 - 1},
    {"templates/pages/operation-application-secret.mustache", asset_467, sizeof asset_467 - 1},
    {"templates/pages/operation-application.mustache", asset_468, sizeof asset_468 - 1},
    {"templates/pages/operation-applications.mustache", asset_469, sizeof asset_469 - 1},
    {"templates/pages/operation-audit.mustache", asset_470, sizeof asset_470 - 1},
    {"templates/pages/operation-effects.mustache", asset_471, sizeof asset_471 - 1},
    {"templates/pages/operation-security.mustache", asset_472, sizeof asset_472 - 1},
    {"templates/pages/operation-workflow.mustache", asset_473, sizeof asset_473 - 1},
    {"templates/pages/operation-workflows.mustache", asset_474, sizeof asset_474 - 1},
    {"templates/pages/operation.mustache", asset_475, sizeof asset_475 - 1},
    {"templates/pages/people.mustache", asset_476, sizeof asset_476 - 1},
    {"templates/pages/person.mustache", asset_477, sizeof asset_477 - 1},
    {"templates/pages/profile-guide.mustache", asset_478, sizeof asset_478 - 1},
    {"templates/pages/request-batch.mustache", asset_479, sizeof asset_479 - 1},
    {"templates/pages/request-collected.mustache", asset_480, sizeof asset_480 - 1},
    {"templates/pages/request-columns.mustache", asset_481, sizeof asset_481 - 1},
    {"templates/pages/request-import.mustache", asset_482, sizeof asset_482 - 1},
    {"templates/pages/request-line.mustache", asset_483, sizeof asset_483 - 1},
    {"templates/pages/request-new.mustache", asset_484, sizeof asset_484 - 1},
    {"templates/pages/request.mustache", asset_485, sizeof asset_485 - 1},
    {"templates/pages/requests.mustache", asset_486, sizeof asset_486 - 1},
    {"templates/pages/resource.mustache", asset_487, sizeof asset_487 - 1},
    {"templates/pages/search.mustache", asset_488, sizeof asset_488 - 1},
    {"templates/pages/service.mustache", asset_489, sizeof asset_489 - 1},
    {"templates/pages/sign-in-code.mustache", asset_490, sizeof asset_490 - 1},
    {"templates/pages/sign-in-factor.mustache", asset_491, sizeof asset_491 - 1},
    {"templates/pages/sign-in.mustache", asset_492, sizeof asset_492 - 1},
    {"templates/pages/sign-out.mustache", asset_493, sizeof asset_493 - 1},
    {"templates/pages/step-up.mustache", asset_494, sizeof asset_494 - 1},
    {"templates/pages/welcome-code.mustache", asset_495, sizeof asset_495 - 1},
    {"templates/pages/welcome-done.mustache", asset_496, sizeof asset_496 - 1},
    {"templates/pages/welcome-link.mustache", asset_497, sizeof asset_497 - 1},
    {"templates/pages/welcome-password.mustache", asset_498, sizeof asset_498 - 1},
    {"templates/pages/welcome-renewed.mustache", asset_499, sizeof asset_499 - 1},
    {"templates/words/de.po", asset_500, sizeof asset_500 - 1},
    {"templates/words/en.po", asset_501, sizeof asset_501 - 1},
    {"templates/words/fr.po", asset_502, sizeof asset_502 - 1},
    {"templates/words/usher.pot", asset_503, sizeof asset_503 - 1},
    {"workflows/access-reduction.yaml", asset_504, sizeof asset_504 - 1},
    {"workflows/access-request.yaml", asset_505, sizeof asset_505 - 1},
    {"workflows/access-review.yaml", asset_506, sizeof asset_506 - 1},
    {"workflows/account-closure.yaml", asset_507, sizeof asset_507 - 1},
    {"workflows/account-request.yaml", asset_508, sizeof asset_508 - 1},
    {"workflows/additional-cloud.yaml", asset_509, sizeof asset_509 - 1},
    {"workflows/address-change.yaml", asset_510, sizeof asset_510 - 1},
    {"workflows/api-account.yaml", asset_511, sizeof asset_511 - 1},
    {"workflows/appointment.yaml", asset_512, sizeof asset_512 - 1},
    {"workflows/factor-unlock.yaml", asset_513, sizeof asset_513 - 1},
    {"workflows/grant-end.yaml", asset_514, sizeof asset_514 - 1},
    {"workflows/mfa-reset.yaml", asset_515, sizeof asset_515 - 1},
    {"workflows/nomination.yaml", asset_516, sizeof asset_516 - 1},
    {"workflows/profile-change.yaml", asset_517, sizeof asset_517 - 1},
    {"workflows/program-owner.yaml", asset_518, sizeof asset_518 - 1},
    {"workflows/representative-change.yaml", asset_519, sizeof asset_519 - 1},
    {"workflows/schema.json", asset_520, sizeof asset_520 - 1},
    {"workflows/suspension.yaml", asset_521, sizeof asset_521 - 1},
    {0, 0, 0},
};

size_t usher_default_count(void) { return sizeof assets / sizeof assets[0] - 1; }

const struct usher_default *usher_default_at(size_t index) {
    return index < usher_default_count() ? &assets[index] : 0;
}
