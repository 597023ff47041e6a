#include "harness/bench/bare.hpp"

#include "harness/bench/town.hpp"

namespace bench {
namespace {

using namespace core;

std::shared_ptr<const tls::SharedConfig> server(tls::Library& library, tls::Mint& mint) {
    tls::Settings settings;
    settings.identity = mint.issue(certificate_for("mx.bob.example", library.loop().begins()));
    return tls::prepare_server(library, std::move(settings));
}

std::shared_ptr<const tls::SharedConfig> client(tls::Library& library, tls::Mint& mint) {
    tls::Settings settings;
    settings.trust = mint.trust({tls::lab_root});
    return tls::prepare_client(library, std::move(settings));
}

}  // namespace

Bare::Bare(tls::Curves curves)
    : library_(loop_, Chance(1), curves),
      mint_(library_),
      floor_(library_, server(library_, mint_), client(library_, mint_)) {}

void Bare::exchange(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) floor_.exchange(1024);
}

void Bare::sign(std::size_t count) {
    if (!key_) key_.emplace(mint_.signing_key("bob.example"));
    const std::string bytes(1024, 'x');
    for (std::size_t i = 0; i < count; ++i) ENSURE(!key_->sign_sha256(bytes).empty());
}

}  // namespace bench
