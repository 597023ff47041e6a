#include "sim/mta/gzip.hpp"

#include <array>
#include <limits>

#include <fmt/core.h>
#include <zlib.h>

namespace mta {
namespace {

constexpr int gzip_window = 15 + 16;  // the largest, in gzip's wrapping: zlib.h, deflateInit2

// zlib takes input without const and does not write to it.
Bytef* input(std::string_view bytes) {
    return reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
}

core::Failure bad_gzip(std::string what) { return {core::Reason::report_invalid, "gzip: " + what}; }

class Inflater {
  public:
    explicit Inflater(std::string_view packed) {
        stream_.next_in = input(packed);
        stream_.avail_in = static_cast<uInt>(packed.size());
        ENSURE(inflateInit2(&stream_, gzip_window) == Z_OK);
    }
    Inflater(const Inflater&) = delete;
    ~Inflater() { inflateEnd(&stream_); }

    /// The next bytes into `out`; zlib's word for how that went.
    int step(std::string& out) {
        std::array<char, 4096> room;
        stream_.next_out = reinterpret_cast<Bytef*>(room.data());
        stream_.avail_out = room.size();
        const int status = inflate(&stream_, Z_NO_FLUSH);
        out.append(room.data(), room.size() - stream_.avail_out);
        return status;
    }
    bool at_end() const { return stream_.avail_in == 0; }
    void next_member() { ENSURE(inflateReset(&stream_) == Z_OK); }

  private:
    z_stream stream_{};
};

}  // namespace

std::string gzip(std::string_view bytes) {
    ENSURE(bytes.size() <= std::numeric_limits<uInt>::max() / 2);
    z_stream stream{};
    ENSURE(deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, gzip_window, 8,
                        Z_DEFAULT_STRATEGY) == Z_OK);
    gz_header header{};
    header.os = 255;  // RFC 1952 section 2.3: unknown
    ENSURE(deflateSetHeader(&stream, &header) == Z_OK);
    std::string out(deflateBound(&stream, static_cast<uLong>(bytes.size())), '\0');
    stream.next_in = input(bytes);
    stream.avail_in = static_cast<uInt>(bytes.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    ENSURE(deflate(&stream, Z_FINISH) == Z_STREAM_END);
    out.resize(stream.total_out);
    deflateEnd(&stream);
    return out;
}

core::Result<std::string> gunzip(std::string_view packed, std::size_t largest) {
    if (packed.size() > std::numeric_limits<uInt>::max()) return bad_gzip("too large to be read");
    Inflater inflater(packed);
    std::string out;
    for (;;) {
        const int status = inflater.step(out);
        if (out.size() > largest) return bad_gzip(fmt::format("more than {} bytes", largest));
        if (status == Z_STREAM_END && inflater.at_end()) return out;
        if (status == Z_STREAM_END)
            inflater.next_member();
        else if (status == Z_BUF_ERROR)  // nothing left to read, nothing left to give
            return bad_gzip("it ends too early");
        else if (status != Z_OK)
            return bad_gzip("the bytes are damaged, or no gzip");
    }
}

}  // namespace mta
