#include "sim/mta/scanner.hpp"

#include <fmt/core.h>

#include "sim/core/printable.hpp"
#include "sim/core/text.hpp"
#include "sim/mta/mime.hpp"

namespace mta {
namespace {

// Deeper and wider than any mail that people write; a bomb ends here.
constexpr int deepest = 32;
constexpr int most_parts = 1000;

// Sealed for the reader alone: CMS EnvelopedData (RFC 8551 section 3.2), OpenPGP (RFC 3156 section
// 4). Empty: it is not.
std::string_view seal_of(const std::string& type, std::string_view content_type) {
    if (type == "multipart/encrypted") return "OpenPGP";
    if (type != "application/pkcs7-mime" && type != "application/x-pkcs7-mime") return {};
    const std::string kind = core::lower(mime::parameter(content_type, "smime-type"));
    return kind == "signed-data" || kind == "certs-only" ? std::string_view() : "S/MIME";
}

class Reader {
  public:
    explicit Reader(const std::vector<std::string>& finds) : finds_(finds) {}

    void read(std::string_view message, const std::string& number, int depth) {
        if (depth > deepest) return unread(number, "is nested too deep");
        if (++parts_ > most_parts) return too_many();
        const dkim::Parts parts = dkim::parts_of(message);
        const std::string content_type = mime::field_value(parts, "content-type");
        const std::string type = mime::media_type(content_type);
        if (const std::string_view seal = seal_of(type, content_type); !seal.empty())
            return unread(number, fmt::format("is sealed ({})", seal));
        const std::string boundary = mime::parameter(content_type, "boundary");
        if (type.starts_with("multipart/") && !boundary.empty()) {
            int count = 0;
            for (const std::string_view part :
                 mime::body_parts(parts.body, boundary, mime::Unended::taken))
                read(part,
                     number.empty() ? fmt::format("{}", ++count)
                                    : fmt::format("{}.{}", number, ++count),
                     depth + 1);
            return;
        }
        const std::string encoding =
            core::lower(core::trimmed(mime::field_value(parts, "content-transfer-encoding")));
        const core::Result<std::string> bytes = mime::decoded(parts.body, encoding);
        if (!bytes.ok()) {
            unread(number, bytes.failure().detail);
            return look(parts.body, number, type, encoding);
        }
        if (type == "message/rfc822") return read(bytes.value(), number + ".1", depth + 1);
        if (bytes.value().starts_with("PK\x03\x04"))
            unread(number, "is an archive (ZIP), which is not opened");
        if (bytes.value().find("-----BEGIN PGP MESSAGE-----") != std::string::npos)
            unread(number, "is sealed (OpenPGP)");
        look(bytes.value(), number, type, encoding);
    }

    Scan take() { return std::move(out_); }

  private:
    static std::string called(const std::string& number) {
        return number.empty() ? std::string("the body") : "part " + number;
    }
    void unread(const std::string& number, std::string_view why) {
        out_.unread.push_back(fmt::format("{} {}", called(number), why));
    }
    void too_many() {
        if (parts_ == most_parts + 1)
            out_.unread.push_back(fmt::format("it has more than {} parts", most_parts));
    }
    void look(std::string_view bytes, const std::string& number, const std::string& type,
              const std::string& encoding) {
        if (out_.found) return;
        for (const std::string& what : finds_) {
            const std::string wanted = what == "EICAR" ? eicar() : what;
            if (bytes.find(wanted) == std::string_view::npos) continue;
            const std::string kind =
                type.empty() ? "text/plain" : core::printable_line(type);  // RFC 2045 section 5.2
            out_.found = ScannerFind{
                what, fmt::format("{} ({}{}{})", called(number), kind, encoding.empty() ? "" : ", ",
                                  core::printable_line(encoding))};
            return;
        }
    }

    const std::vector<std::string>& finds_;
    Scan out_;
    int parts_ = 0;
};

}  // namespace

std::string_view word(OnFind what) {
    switch (what) {
        case OnFind::refuses: return "refuses";
        case OnFind::quarantines: return "quarantines";
        case OnFind::marks: break;
    }
    return "marks";
}

std::string eicar() {
    return std::string("X5O!P%@AP[4\\PZX54(P^)7CC)7}$") + "EICAR-STANDARD-" +
           "ANTIVIRUS-TEST-FILE!$H+H*";
}

Scan scan(std::string_view message, const std::vector<std::string>& finds) {
    Reader reader(finds);
    reader.read(message, "", 0);
    return reader.take();
}

}  // namespace mta
