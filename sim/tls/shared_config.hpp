#pragma once
// Settings as Mbed TLS wants them. For sim/tls only: everyone else sees channel.hpp.
#include <mbedtls/ssl.h>

#include "sim/tls/channel.hpp"
#include "sim/tls/identity.hpp"

namespace tls {

class SharedConfig {
  public:
    /// `side` is MBEDTLS_SSL_IS_CLIENT or MBEDTLS_SSL_IS_SERVER.
    SharedConfig(Settings s, int side);
    SharedConfig(const SharedConfig&) = delete;
    ~SharedConfig() { mbedtls_ssl_config_free(&config); }
    Settings settings;
    bool client;
    mbedtls_ssl_config config;

  private:
    std::vector<const char*> protocols_;  ///< Mbed TLS borrows the list and its names.
};

/// "TLS1-3-AES-256-GCM-SHA384" is IANA's "TLS_AES_256_GCM_SHA384".
std::string iana_name(std::string name);

}  // namespace tls
