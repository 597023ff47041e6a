#include "sim/smtp/conversation.hpp"

namespace smtp {

using namespace trace;

Task<std::string> Conversation::line() {
    for (;;) {
        if (!kept_.empty()) {
            kept_ += stream_->available();
            stream_->take(stream_->available().size());
        }
        const std::string_view seen = kept_.empty() ? stream_->available() : kept_;
        const std::size_t end = seen.find("\r\n");
        const bool whole = end != std::string_view::npos;
        if (whole && end <= longest_line) {
            std::string line(seen.substr(0, end));
            if (kept_.empty())
                stream_->take(end + 2);
            else
                kept_.erase(0, end + 2);
            co_return std::move(line);
        }
        if (whole || seen.size() > longest_line + 1)
            co_return Failure(Reason::smtp_syntax,
                              "a line of more than " + std::to_string(longest_line) + " bytes",
                              "4.5.0");
        if (stream_->state() != net::Stream::State::open) co_return net::connection_lost("reading");
        flush();
        const std::size_t known = kept_.empty() ? seen.size() : 0;
        co_await net::Readable(*stream_, known);
    }
}

Task<Unit> Conversation::skip_line() {
    for (;;) {
        const std::string_view seen = stream_->available();
        const std::size_t end = seen.find("\r\n");
        if (end != std::string_view::npos) {
            stream_->take(end + 2);
            co_return Unit{};
        }
        // The last byte may be the CR of the line's end.
        if (!seen.empty()) stream_->take(seen.size() - 1);
        if (stream_->state() != net::Stream::State::open) co_return net::connection_lost("reading");
        co_await net::Readable(*stream_, 1);
    }
}

// Up to the next LF, with or without a CR; what is longer is read and not kept.
Task<std::string> Conversation::cut_line(std::size_t longest) {
    std::string line;
    for (;;) {
        const bool from_before = !kept_.empty();
        const std::string_view seen = from_before ? kept_ : stream_->available();
        const std::size_t end = seen.find('\n');
        const std::string_view text = seen.substr(0, end);
        const std::size_t taken = end == std::string_view::npos ? seen.size() : end + 1;
        line += text.substr(0, longest + 1 - line.size());
        if (from_before)
            kept_.erase(0, taken);
        else
            stream_->take(taken);
        if (end != std::string_view::npos) break;
        if (from_before) continue;
        if (stream_->state() != net::Stream::State::open) co_return net::connection_lost("reading");
        flush();
        co_await net::Readable(*stream_, 0);
    }
    if (line.size() > longest) line.resize(longest);
    line.erase(std::min(line.find_last_not_of('\r') + 1, line.size()));
    co_return std::move(line);
}

Task<std::string> Conversation::line_of(const ReplyRules& rules) {
    if (rules.ends == ReplyEnds::lf_too) return cut_line(rules.longest_line);
    return line();
}

Task<Reply> Conversation::reply(std::string_view step, const ReplyRules& rules) {
    ReplyParser parser(rules);
    for (;;) {
        Task<std::string> next = line_of(rules);
        Result<std::string> text = co_await attempt(std::move(next));
        if (!text.ok()) {
            if (text.failure().reason == Reason::connection_lost)
                co_return net::connection_lost(step);
            co_return text.take_failure();
        }
        Result<bool> complete = parser.add(text.value());
        if (!complete.ok()) co_return complete.take_failure();
        if (complete.value()) break;
    }
    Reply reply = parser.take();
    trace_.add(host_, ReplyReceived{connection(), layer_, static_cast<std::uint16_t>(reply.code),
                                    trace_.keep(reply.text())});
    co_return std::move(reply);
}

void Conversation::record_command(std::string_view line) {
    trace_.add(host_, CommandSent{connection(), layer_, trace_.keep(line)});
}

void Conversation::say(const Reply& reply) {
    trace_.add(host_, ReplySent{connection(), layer_, static_cast<std::uint16_t>(reply.code),
                                trace_.keep(reply.text())});
    reply.append_wire(replies_);
}

void Conversation::flush() {
    if (replies_.empty()) return;
    stream_->write(replies_);
    replies_.clear();
}

bool Conversation::has_pending() const { return !stream_->available().empty(); }

void Conversation::discard_pending() {
    const std::string_view pending = stream_->available();
    if (pending.empty()) return;
    trace_.add(host_, BytesDiscarded{connection(), trace_.keep(pending)});
    stream_->take(pending.size());
}

void Conversation::keep_pending() {
    kept_ = stream_->available();
    stream_->take(kept_.size());
}

}  // namespace smtp
