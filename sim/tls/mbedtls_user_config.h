/* Appended after Mbed TLS's own configuration through MBEDTLS_USER_CONFIG_FILE. */
#ifndef MAILTLS_MBEDTLS_USER_CONFIG_H
#define MAILTLS_MBEDTLS_USER_CONFIG_H

/* The simulator owns randomness: nothing in the library may gather entropy. */
#define MBEDTLS_PSA_CRYPTO_EXTERNAL_RNG
#undef MBEDTLS_ENTROPY_C
#undef MBEDTLS_CTR_DRBG_C
#undef MBEDTLS_PSA_CRYPTO_STORAGE_C
#undef MBEDTLS_PSA_ITS_FILE_C

/* The simulator owns time. */
#define MBEDTLS_PLATFORM_TIME_ALT
#define MBEDTLS_PLATFORM_MS_TIME_ALT
#define MBEDTLS_PLATFORM_GMTIME_R_ALT

/* No socket, no file, no timer. */
#undef MBEDTLS_NET_C
#undef MBEDTLS_TIMING_C
#undef MBEDTLS_FS_IO
#undef MBEDTLS_SELF_TEST

/* Keys that are too short must be made to be refused. */
#define MBEDTLS_RSA_GEN_KEY_MIN_BITS 512

/* Idle connections must be small (docs/decisions/0004-speed.md). */
#define MBEDTLS_SSL_VARIABLE_BUFFER_LENGTH

/* Three times slower on x86-64 where it replaces P-256. */
#undef MBEDTLS_PSA_P256M_DRIVER_ENABLED

#endif
