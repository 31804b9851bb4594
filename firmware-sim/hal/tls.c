#include "tls.h"

#include "tls_reason.h"

#include <errno.h>
#include <fcntl.h>
#include <mbedtls/ssl.h>
#include <mbedtls/version.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#if MBEDTLS_VERSION_MAJOR >= 3
#include <psa/crypto.h>
#endif

enum { DEADLINE_US = 15000000 };

enum phase { PHASE_CLOSED, PHASE_REACHING, PHASE_SHAKING, PHASE_OPEN };

struct tls {
    struct tls_config config;
    struct sockaddr_storage address;
    socklen_t address_length;
    mbedtls_x509_crt authority;
    mbedtls_x509_crt certificate;
    mbedtls_pk_context key;
    mbedtls_ssl_config ssl_config;
    mbedtls_ssl_context ssl; // of one connection
    enum phase phase;
    int fd;
    bool is_waiting_to_write;
    int64_t began_at_us;
    int64_t now_s; // what certificates are held against
    struct tls_counters counters;
    char problem[TLS_PROBLEM_BYTES];
};

static int random_bytes(void *context, unsigned char *bytes, size_t length)
{
    (void)context;
    while (length > 0) {
        const size_t part = length < 256 ? length : 256; // the most that getentropy() gives
        if (getentropy(bytes, part) != 0)
            return MBEDTLS_ERR_SSL_INTERNAL_ERROR;
        bytes += part;
        length -= part;
    }
    return 0;
}

// ---- opening

static bool read_key(struct tls *tls)
{
#if MBEDTLS_VERSION_MAJOR >= 3
    return mbedtls_pk_parse_keyfile(&tls->key, tls->config.key_path, NULL, random_bytes, NULL) == 0;
#else
    return mbedtls_pk_parse_keyfile(&tls->key, tls->config.key_path, NULL) == 0;
#endif
}

static bool read_files(struct tls *tls, char *reterr_problem)
{
    const char *bad = NULL;
    if (mbedtls_x509_crt_parse_file(&tls->authority, tls->config.ca_path) != 0)
        bad = tls->config.ca_path;
    else if (mbedtls_x509_crt_parse_file(&tls->certificate, tls->config.certificate_path) != 0)
        bad = tls->config.certificate_path;
    else if (!read_key(tls))
        bad = tls->config.key_path;
    if (bad != NULL)
        (void)snprintf(reterr_problem, TLS_PROBLEM_BYTES,
                       "%.200s cannot be read as what it should be", bad);
    return bad == NULL;
}

static bool look_up(struct tls *tls, char *reterr_problem)
{
    const struct addrinfo hints = { .ai_socktype = SOCK_STREAM };
    struct addrinfo *found = NULL;
    char port[8];
    (void)snprintf(port, sizeof port, "%d", tls->config.port);
    const char *name = tls->config.address[0] != '\0' ? tls->config.address : tls->config.host;
    const int error = getaddrinfo(name, port, &hints, &found);
    if (error != 0 || found == NULL) {
        (void)snprintf(reterr_problem, TLS_PROBLEM_BYTES, "%.150s: %s", name, gai_strerror(error));
        return false;
    }
    // Brokers of clinics listen on IPv4 unless told otherwise.
    const struct addrinfo *best = found;
    for (const struct addrinfo *other = found; other != NULL; other = other->ai_next)
        if (other->ai_family == AF_INET && best->ai_family != AF_INET)
            best = other;
    memcpy(&tls->address, best->ai_addr, best->ai_addrlen);
    tls->address_length = best->ai_addrlen;
    freeaddrinfo(found);
    return true;
}

static int64_t seconds_of(const mbedtls_x509_time *time)
{
    struct tm fields = { .tm_year = time->year - 1900,
                         .tm_mon = time->mon - 1,
                         .tm_mday = time->day,
                         .tm_hour = time->hour,
                         .tm_min = time->min,
                         .tm_sec = time->sec };
    return timegm(&fields);
}

// Called for every certificate of the chain, with what mbedTLS says of it: by the machine's clock as far as
// time goes, which is put right here.
static int judge_time(void *context, mbedtls_x509_crt *certificate, int depth, uint32_t *flags)
{
    const struct tls *tls = context;
    (void)depth;
    *flags &= ~(uint32_t)(MBEDTLS_X509_BADCERT_EXPIRED | MBEDTLS_X509_BADCERT_FUTURE);
    if (seconds_of(&certificate->valid_to) < tls->now_s)
        *flags |= MBEDTLS_X509_BADCERT_EXPIRED;
    return 0;
}

static bool configure(struct tls *tls)
{
    mbedtls_ssl_config *config = &tls->ssl_config;
    if (mbedtls_ssl_config_defaults(config, MBEDTLS_SSL_IS_CLIENT, MBEDTLS_SSL_TRANSPORT_STREAM,
                                    MBEDTLS_SSL_PRESET_DEFAULT)
        != 0)
        return false;
#if MBEDTLS_VERSION_MAJOR >= 3
    mbedtls_ssl_conf_min_tls_version(config, MBEDTLS_SSL_VERSION_TLS1_2);
    mbedtls_ssl_conf_max_tls_version(config, MBEDTLS_SSL_VERSION_TLS1_2);
#else
    mbedtls_ssl_conf_min_version(config, MBEDTLS_SSL_MAJOR_VERSION_3, MBEDTLS_SSL_MINOR_VERSION_3);
    mbedtls_ssl_conf_max_version(config, MBEDTLS_SSL_MAJOR_VERSION_3, MBEDTLS_SSL_MINOR_VERSION_3);
#endif
    mbedtls_ssl_conf_rng(config, random_bytes, NULL);
    mbedtls_ssl_conf_authmode(config, MBEDTLS_SSL_VERIFY_REQUIRED);
    mbedtls_ssl_conf_ca_chain(config, &tls->authority, NULL);
    mbedtls_ssl_conf_verify(config, judge_time, tls);
    return mbedtls_ssl_conf_own_cert(config, &tls->certificate, &tls->key) == 0
           // Records as small as a device wants them, which has no room for 16 KiB.
           && mbedtls_ssl_conf_max_frag_len(config, MBEDTLS_SSL_MAX_FRAG_LEN_4096) == 0;
}

static bool start_crypto(void)
{
#if MBEDTLS_VERSION_MAJOR >= 3
    return psa_crypto_init() == PSA_SUCCESS;
#else
    return true;
#endif
}

struct tls *tls_open(const struct tls_config *config, char reterr_problem[static TLS_PROBLEM_BYTES])
{
    struct tls *tls = calloc(1, sizeof *tls);
    if (tls == NULL) {
        (void)snprintf(reterr_problem, TLS_PROBLEM_BYTES, "out of memory");
        return NULL;
    }
    tls->config = *config;
    tls->fd = -1;
    mbedtls_x509_crt_init(&tls->authority);
    mbedtls_x509_crt_init(&tls->certificate);
    mbedtls_pk_init(&tls->key);
    mbedtls_ssl_config_init(&tls->ssl_config);
    mbedtls_ssl_init(&tls->ssl);
    (void)snprintf(reterr_problem, TLS_PROBLEM_BYTES, "mbedTLS cannot be started");
    if (!start_crypto() || !read_files(tls, reterr_problem) || !look_up(tls, reterr_problem)
        || !configure(tls)) {
        tls_close(tls);
        return NULL;
    }
    return tls;
}

static void end(struct tls *tls)
{
    mbedtls_ssl_free(&tls->ssl);
    mbedtls_ssl_init(&tls->ssl);
    if (tls->fd >= 0)
        (void)close(tls->fd);
    tls->fd = -1;
    tls->phase = PHASE_CLOSED;
}

void tls_close(struct tls *tls)
{
    if (tls == NULL)
        return;
    end(tls);
    mbedtls_ssl_config_free(&tls->ssl_config);
    mbedtls_pk_free(&tls->key);
    mbedtls_x509_crt_free(&tls->certificate);
    mbedtls_x509_crt_free(&tls->authority);
    free(tls);
}

// ---- a connection

__attribute__((format(printf, 2, 3))) static void fail(struct tls *tls, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(tls->problem, sizeof tls->problem, format, arguments);
    va_end(arguments);
    end(tls);
}

// A broker that refuses our certificate closes while we still write, but what it said before can be read. So a broken
// connection is noticed by reading alone, and what is written to it is lost as if it were on its way.
static int send_bytes(void *context, const unsigned char *bytes, size_t length)
{
    const struct tls *tls = context;
    const ssize_t sent = send(tls->fd, bytes, length, MSG_NOSIGNAL);
    if (sent >= 0)
        return (int)sent;
    return errno == EAGAIN || errno == EINTR ? MBEDTLS_ERR_SSL_WANT_WRITE : (int)length;
}

static int receive_bytes(void *context, unsigned char *bytes, size_t length)
{
    const struct tls *tls = context;
    const ssize_t received = recv(tls->fd, bytes, length, 0);
    if (received >= 0)
        return (int)received; // 0: the end, which mbedTLS knows as such
    return errno == EAGAIN || errno == EINTR ? MBEDTLS_ERR_SSL_WANT_READ : MBEDTLS_ERR_SSL_CONN_EOF;
}

static void begin(struct tls *tls, int64_t now_s, int64_t at_us)
{
    const int on = 1;
    tls->counters.attempts++;
    tls->began_at_us = at_us;
    tls->now_s = now_s;
    tls->fd = socket(tls->address.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    // Without it a PUBLISH waits for the acknowledgement of the one before it.
    if (tls->fd < 0 || setsockopt(tls->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) != 0) {
        fail(tls, "no socket: %s", strerror(errno));
        return;
    }
    if (connect(tls->fd, (const struct sockaddr *)&tls->address, tls->address_length) != 0
        && errno != EINPROGRESS) {
        fail(tls, "the broker cannot be reached: %s", strerror(errno));
        return;
    }
    tls->phase = PHASE_REACHING;
}

static void reach(struct tls *tls)
{
    struct pollfd socket = { .fd = tls->fd, .events = POLLOUT };
    int error = 0;
    socklen_t length = sizeof error;
    if (poll(&socket, 1, 0) <= 0)
        return;
    (void)getsockopt(tls->fd, SOL_SOCKET, SO_ERROR, &error, &length);
    if (error != 0) {
        fail(tls, "the broker cannot be reached: %s", strerror(error));
        return;
    }
    if (mbedtls_ssl_setup(&tls->ssl, &tls->ssl_config) != 0
        || mbedtls_ssl_set_hostname(&tls->ssl, tls->config.host) != 0) {
        fail(tls, "out of memory");
        return;
    }
    mbedtls_ssl_set_bio(&tls->ssl, tls, send_bytes, receive_bytes, NULL);
    tls->phase = PHASE_SHAKING;
}

static void shake(struct tls *tls)
{
    const int result = mbedtls_ssl_handshake(&tls->ssl);
    tls->is_waiting_to_write = result == MBEDTLS_ERR_SSL_WANT_WRITE;
    if (result == MBEDTLS_ERR_SSL_WANT_READ || result == MBEDTLS_ERR_SSL_WANT_WRITE)
        return;
    if (result == 0) {
        tls->phase = PHASE_OPEN;
        tls->counters.handshakes++;
        return;
    }
    char reason[TLS_REASON_BYTES];
    tls_reason(result, mbedtls_ssl_get_verify_result(&tls->ssl), reason);
    fail(tls, "%s", reason);
}

static enum hal_net open_connection(void *context, int64_t now_s, int64_t at_us)
{
    struct tls *tls = context;
    if (tls->phase == PHASE_OPEN)
        return HAL_NET_READY;
    if (tls->phase == PHASE_CLOSED)
        begin(tls, now_s, at_us);
    if (tls->phase == PHASE_REACHING)
        reach(tls);
    if (tls->phase == PHASE_SHAKING)
        shake(tls);
    if (tls->phase == PHASE_OPEN)
        return HAL_NET_READY;
    if (tls->phase != PHASE_CLOSED && at_us - tls->began_at_us > DEADLINE_US)
        fail(tls, "the broker did not answer within %d s", DEADLINE_US / 1000000);
    return tls->phase == PHASE_CLOSED ? HAL_NET_FAILED : HAL_NET_BUSY;
}

// What mbedtls_ssl_read() and _write() return, as hal.h has it.
static int settle(struct tls *tls, int result)
{
    tls->is_waiting_to_write = result == MBEDTLS_ERR_SSL_WANT_WRITE;
    if (result > 0)
        return result;
    if (result == MBEDTLS_ERR_SSL_WANT_READ || result == MBEDTLS_ERR_SSL_WANT_WRITE)
        return 0;
    char reason[TLS_REASON_BYTES];
    tls_reason(result, 0, reason);
    fail(tls, "%s", reason);
    return -1;
}

static int read_connection(void *context, void *ret_bytes, size_t length, int64_t at_us)
{
    struct tls *tls = context;
    (void)at_us;
    if (tls->phase != PHASE_OPEN)
        return -1;
    return length == 0 ? 0 : settle(tls, mbedtls_ssl_read(&tls->ssl, ret_bytes, length));
}

static int write_connection(void *context, const void *bytes, size_t length, int64_t at_us)
{
    struct tls *tls = context;
    (void)at_us;
    if (tls->phase != PHASE_OPEN)
        return -1;
    return length == 0 ? 0 : settle(tls, mbedtls_ssl_write(&tls->ssl, bytes, length));
}

static void close_connection(void *context, int64_t at_us)
{
    struct tls *tls = context;
    (void)at_us;
    if (tls->phase == PHASE_OPEN)
        (void)mbedtls_ssl_close_notify(&tls->ssl); // a courtesy; the socket is closed anyway
    end(tls);
}

// Bytes that were decrypted already do not show at the socket.
static int64_t next_us(const void *context)
{
    const struct tls *tls = context;
    const bool has_bytes = tls->phase == PHASE_OPEN && mbedtls_ssl_get_bytes_avail(&tls->ssl) > 0;
    return has_bytes ? 0 : INT64_MAX;
}

struct network tls_network(struct tls *tls)
{
    return (struct network){ .connect = open_connection,
                             .read = read_connection,
                             .write = write_connection,
                             .close = close_connection,
                             .next_us = next_us,
                             .context = tls };
}

int tls_fd(const struct tls *tls, short *ret_events)
{
    const bool wants_write = tls->phase == PHASE_REACHING || tls->is_waiting_to_write;
    *ret_events = (short)(wants_write ? POLLOUT : POLLIN);
    return tls->fd;
}

const char *tls_problem(const struct tls *tls)
{
    return tls->problem;
}

void tls_forget_problem(struct tls *tls)
{
    tls->problem[0] = '\0';
}

const struct tls_counters *tls_counters(const struct tls *tls)
{
    return &tls->counters;
}
