#pragma once
// What a TLS session needs and is dear to make: made once a program. Clock, chance and trace are
// each session's own, so that no input sees what another left behind.
#include <map>

#include "sim/tls/channel.hpp"

namespace fuzz {

struct TlsDesk {
    std::shared_ptr<const tls::SharedConfig> server(tls::Version highest) {
        auto& made = servers_[highest];
        if (!made) {
            tls::CertificateWish wish;
            wish.owner = "mx.bob.example";
            wish.authority = "Lab Root CA";
            wish.names = {"mx.bob.example"};
            wish.valid_from = core::world_begins - core::days(1);
            wish.valid_until = core::world_begins + core::days(90);
            tls::Settings settings;
            settings.identity = mint.issue(wish);
            settings.highest = highest;
            made = prepare_server(library, std::move(settings));
        }
        return made;
    }
    std::shared_ptr<const tls::SharedConfig> client(tls::Version highest) {
        auto& made = clients_[highest];
        if (!made) {
            tls::Settings settings;
            settings.trust = mint.trust({"Lab Root CA"});
            settings.highest = highest;
            made = prepare_client(library, std::move(settings));
        }
        return made;
    }

  private:
    core::Loop loop{core::world_begins};
    tls::Library library{loop, core::Chance(1)};
    tls::Mint mint{library};
    std::map<tls::Version, std::shared_ptr<const tls::SharedConfig>> servers_, clients_;
};

inline TlsDesk& tls_desk() {
    static TlsDesk it;
    return it;
}

}  // namespace fuzz
