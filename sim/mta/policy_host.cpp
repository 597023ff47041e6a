#include "sim/mta/policy_host.hpp"

#include <algorithm>

#include <fmt/core.h>

#include "sim/policy/mta_sts.hpp"

namespace mta {

namespace {

constexpr std::string_view where = "/.well-known/mta-sts.txt";

https::Response page(int status, std::string phrase, std::string type, std::string body) {
    https::Response out;
    out.status = status;
    out.phrase = std::move(phrase);
    if (!type.empty()) out.fields["content-type"] = std::move(type);
    out.body = std::move(body);
    return out;
}

std::string field_of(std::string_view type) {
    return type.empty() ? std::string() : fmt::format("Content-Type: {}\r\n", type);
}

// RFC 9112 section 7.1: chunks of a size that no reader expects.
std::string in_chunks(std::string_view type, std::string_view body) {
    constexpr std::size_t most = 1000;
    std::string out = "HTTP/1.1 200 OK\r\n" + field_of(type) + "Transfer-Encoding: chunked\r\n\r\n";
    for (; !body.empty(); body.remove_prefix(std::min(most, body.size()))) {
        const std::string_view chunk = body.substr(0, most);
        out += fmt::format("{:x}\r\n{}\r\n", chunk.size(), chunk);
    }
    return out + "0\r\n\r\n";
}

std::string padded(std::string body) {
    while (body.size() <= policy::mta_sts::largest_policy) body += "padding: padding\r\n";
    return body;
}

}  // namespace

PolicyHost::PolicyHost(Services& services, trace::HostId host)
    : host_(host), server_(services.ground, services.library, host, *this) {}

void PolicyHost::configure(PolicyHostSettings settings) {
    settings_ = std::move(settings);
    server_.configure(settings_.tls);
    server_.listen(settings_.listens);
}

std::optional<std::string> PolicyHost::answer(const https::Request& request) {
    using Answer = PolicyHostSettings::Answer;
    const std::string& type = settings_.media_type;
    if (request.method != "GET" || request.target != where)
        return encode(page(404, "Not Found", "text/plain", "There is nothing here.\r\n"));
    switch (settings_.answer) {
        case Answer::as_it_should: break;
        case Answer::stalls: return std::nullopt;
        case Answer::html: return encode(page(200, "OK", "text/html", settings_.body));
        case Answer::garbage: return "\x7F\x01not a word of HTTP\x02\xFF\r\n\r\n";
        case Answer::too_long: return encode(page(200, "OK", type, padded(settings_.body)));
        case Answer::too_long_in_chunks: return in_chunks(type, padded(settings_.body));
        case Answer::in_chunks: return in_chunks(type, settings_.body);
        case Answer::breaks_off:  // the end of the session would be the end of the body
            return "HTTP/1.1 200 OK\r\n" + field_of(type) + "\r\n" + settings_.body;
        case Answer::status: {
            https::Response out = page(settings_.status, https::phrase_of(settings_.status), type,
                                       settings_.status == 204 ? "" : settings_.body);
            if (settings_.status / 100 == 3) out.fields["location"] = "/elsewhere.txt";
            return encode(out);
        }
    }
    return encode(page(200, "OK", type, settings_.body));
}

https::Farewell PolicyHost::farewell() const {
    return settings_.answer == PolicyHostSettings::Answer::breaks_off
               ? https::Farewell::none
               : https::Farewell::close_notify;
}

}  // namespace mta
