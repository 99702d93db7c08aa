#pragma once
#include <curl/curl.h>
#include <stdbool.h>

/* `curl_easy_setopt` and `curl_easy_getinfo` take variable arguments, which Swift cannot call.
   Each shim fixes the type of the one value; the caller picks an option that takes that type. */

CURLcode usher_curl_set_long(CURL *handle, CURLoption option, long value);
/* curl copies the string; NULL takes the option back. */
CURLcode usher_curl_set_string(CURL *handle, CURLoption option, const char *value);
/* curl keeps the pointer: the list must outlive the transfer. */
CURLcode usher_curl_set_list(CURL *handle, CURLoption option, struct curl_slist *list);
CURLcode usher_curl_set_reader(CURL *handle, curl_read_callback callback, void *context);
/* Hears the server's replies, line by line. */
CURLcode usher_curl_set_listener(CURL *handle, curl_write_callback callback, void *context);
/* Takes the body of the answer, part by part. */
CURLcode usher_curl_set_writer(CURL *handle, curl_write_callback callback, void *context);
CURLcode usher_curl_set_size(CURL *handle, CURLoption option, curl_off_t value);
long usher_curl_response_code(CURL *handle);
/* Hears what goes over the wire, commands too. */
CURLcode usher_curl_set_debugger(CURL *handle, curl_debug_callback callback, void *context);
/* Asked about once a second, even while nothing moves; anything but 0 ends the transfer. */
CURLcode usher_curl_set_watcher(CURL *handle, curl_xferinfo_callback callback, void *context);
/* At least CURL_ERROR_SIZE bytes, which must outlive the transfer; NULL takes it back. */
CURLcode usher_curl_set_error_buffer(CURL *handle, char *buffer);
/* Asked for a socket before each connection, with the address that it would be to; CURL_SOCKET_BAD refuses it. */
CURLcode usher_curl_set_opener(CURL *handle, curl_opensocket_callback callback, void *context);
/* The address of such a question as text without a name, its zone too; false where it is none. */
bool usher_curl_address(struct curl_sockaddr *address, char *text, size_t size);
