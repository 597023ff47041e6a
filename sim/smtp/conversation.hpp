#pragma once
#include <string>

#include "sim/net/stream.hpp"
#include "sim/smtp/reply.hpp"

namespace smtp {

/// The longest line taken from a peer, in bytes: RFC 5321 section 4.5.3.1 asks for 512 and 1000,
/// extensions for more.
inline constexpr std::size_t longest_line = 4096;

/// One side's hold on a connection: lines in, lines out, in clear text or inside TLS.
class Conversation {
  public:
    Conversation(net::Stream& stream, trace::Trace& trace, trace::HostId host)
        : stream_(&stream), trace_(trace), host_(host) {}

    net::Stream& stream() { return *stream_; }
    trace::Trace& trace() { return trace_; }
    trace::HostId host() const { return host_; }
    trace::Layer layer() const { return layer_; }
    trace::ConnectionId connection() const { return stream_->connection(); }

    /// From here on all goes through `secure`, which runs over the stream so far.
    void enter_tls(net::Stream& secure) {
        stream_ = &secure;
        layer_ = trace::Layer::tls;
    }
    /// Back to the stream below, in clear text.
    void leave_tls(net::Stream& clear) {
        stream_ = &clear;
        layer_ = trace::Layer::clear;
    }

    /// The next line, without its CRLF (SMTP-01). Failure connection-lost or smtp-syntax.
    Task<std::string> line();
    /// Throws away everything up to the next CRLF: the rest of a line that was too long.
    Task<Unit> skip_line();
    /// A whole reply, put together by `rules`. `step` is for messages: "sending RCPT TO"; a
    /// literal, which is not copied.
    Task<Reply> reply(std::string_view step, const ReplyRules& rules = usual_rules);

    void record_command(std::string_view line);
    void write(std::string_view bytes) { stream_->write(bytes); }
    /// A reply leaves when this side waits for more, together with those before it (RFC 2920
    /// section 3.2).
    void say(const Reply& reply);
    /// Bytes that leave with the replies said so far: an injection.
    void add_to_reply(std::string_view bytes) { replies_ += bytes; }
    void flush();
    /// Has anything come that was not read?
    bool has_pending() const;
    /// Throws away what has come and was not read (RFC 3207 section 6), and says so in the trace.
    void discard_pending();
    /// Keeps it, as if it had come inside TLS: the bug of A06.
    void keep_pending();

  private:
    Task<std::string> cut_line(std::size_t longest);
    Task<std::string> line_of(const ReplyRules& rules);
    net::Stream* stream_;
    trace::Trace& trace_;
    trace::HostId host_;
    trace::Layer layer_ = trace::Layer::clear;
    std::string replies_;
    std::string kept_;  ///< From before TLS, read before what comes inside.
};

}  // namespace smtp
