// HTTP requests and responses, however their bytes come: RFC 9112.
#include "sim/https/message.hpp"
#include "tests/fuzz/input.hpp"

using namespace https;

namespace {

constexpr std::size_t largest = 2000;

Result<std::optional<Request>> read(std::string_view bytes, End end, const Request&) {
    return read_request(bytes, end, largest);
}
Result<std::optional<Response>> read(std::string_view bytes, End end, const Response&) {
    return read_response(bytes, end, largest);
}

// As a reader does it that looks again whenever more has come.
template <class Message>
Result<std::optional<Message>> read_in(const std::vector<std::string_view>& pieces) {
    std::string seen;
    for (const std::string_view piece : pieces) {
        seen += piece;
        auto now = read(seen, End::open, Message());
        if (!now.ok() || now.value()) return now;
    }
    return read(seen, End::ended, Message());
}

template <class Message>
std::string told(const Result<std::optional<Message>>& outcome) {
    if (!outcome.ok()) return "failed: " + outcome.failure().detail;
    return outcome.value() ? encode(*outcome.value()) : "open";
}

void check_line(const Request& request) {
    ENSURE(fuzz::all(request.method, fuzz::is_printable));
    ENSURE(!request.target.empty());
    ENSURE(request.target.find_first_of(std::string_view(" \r\n\0", 4)) == std::string::npos);
}
void check_line(const Response& response) {
    ENSURE(response.status >= 100 && response.status <= 999);
    ENSURE(response.phrase.find_first_of(std::string_view("\r\n\0", 3)) == std::string::npos);
    ENSURE(response.media_type().size() <= response.fields.size() * 16 * 1024);
}

template <class Message>
void check(Message message) {
    check_line(message);
    ENSURE(message.body.size() <= largest);
    for (const auto& [name, value] : message.fields) {
        ENSURE(fuzz::all(name, [](char c) { return fuzz::is_printable(c) && c != ':'; }));
        ENSURE(std::none_of(name.begin(), name.end(), [](char c) { return c >= 'A' && c <= 'Z'; }));
        ENSURE(value.find_first_of(std::string_view("\r\n\0", 3)) == std::string::npos);
    }
    // Written anew, the same is read: by its length, whatever told its end before.
    message.fields.erase("transfer-encoding");
    message.fields["content-length"] = std::to_string(message.body.size());
    const auto again = read(encode(message), End::open, message);
    ENSURE(again.ok() && again.value().has_value());
    ENSURE(encode(*again.value()) == encode(message));
    ENSURE(again.value()->body == message.body);
}

template <class Message>
void try_reading(std::string_view bytes, const std::vector<std::size_t>& places) {
    const auto whole = read_in<Message>({bytes});
    ENSURE(told(whole) == told(read_in<Message>(fuzz::cut(bytes, places))));
    if (!whole.ok()) {
        ENSURE(whole.failure().reason == Reason::sts_policy_fetch_error);
        ENSURE(whole.failure().detail.size() < 200);
        return;
    }
    ENSURE(whole.value().has_value());  // it has ended, so it is a message or none
    check(*whole.value());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    fuzz::Input input(data, size);
    const std::vector<std::size_t> places = input.places();
    try_reading<Request>(input.text(), places);
    try_reading<Response>(input.text(), places);
    return 0;
}
