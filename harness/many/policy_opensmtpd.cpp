// OpenSMTPD: smtpd.conf.
#include <fmt/core.h>

#include "harness/many/policy_books.hpp"
#include "sim/policy/smtpd_config.hpp"
#include "sim/policy/smtpd_level.hpp"

namespace many {
namespace {

namespace smtpd = policy::smtpd;
using script::Value;

class SmtpdRule : public PartnerRule {
  public:
    explicit SmtpdRule(const smtpd::Way& way)
        : file_(way.action->file),
          line_(way.action->line),
          tls_(way.hop.tls),
          trusts_nobody_(way.action->trusts_nobody) {}
    std::string_view mta() const override { return "OpenSMTPD 6.8"; }
    std::string asked() const override;
    std::string file() const override { return file_; }
    int line() const override { return line_; }
    bool shakes_hands(Promise) const override { return tls_ != smtpd::Tls::none; }
    Value options(const Shown&) const override;
    std::string why_nobody() const override;
    std::string kind(const std::string&, const std::vector<Shown>& all) const override {
        return script::as_lua(options(all.front()));
    }

  private:
    std::string file_;
    int line_;
    smtpd::Tls tls_;
    bool trusts_nobody_;
};

std::string SmtpdRule::asked() const {
    switch (tls_) {
        case smtpd::Tls::none: return "smtp+notls";
        case smtpd::Tls::opportunistic: return "relay";
        case smtpd::Tls::unverified: return "relay tls no-verify";
        case smtpd::Tls::verified: break;
    }
    return "relay tls";
}

Value SmtpdRule::options(const Shown&) const {
    Value out = Value::table({{"level", std::string(smtpd::word(tls_))}});
    if (trusts_nobody_) out["trusts"] = Value::list();
    return out;
}

std::string SmtpdRule::why_nobody() const {
    return trusts_nobody_ ? "its ca is declared nowhere: no certificate is good enough"
                          : PartnerRule::why_nobody();
}

std::string smtpd_hop(const smtpd::Hop& hop) {
    const std::string host = hop.host.starts_with('[') ? hop.host : "[" + hop.host + "]";
    return hop.port == 25 ? host : fmt::format("{}:{}", host, hop.port);
}

class SmtpdBook {
  public:
    explicit SmtpdBook(const RuleFiles& files)
        : config_(smtpd::read_config(files.opensmtpd->text, files.opensmtpd->name, files.beside)),
          roll_(files.opensmtpd->name) {}
    RuleBook read(const std::vector<std::string>& listed);

  private:
    void add(const std::string& destination);

    smtpd::Config config_;
    Roll roll_;
    std::set<const smtpd::Action*> told_;
};

void SmtpdBook::add(const std::string& destination) {
    if (!roll_.is_new(destination)) return;
    const std::string domain = destination.starts_with('.') ? "sub" + destination : destination;
    std::string why_not;
    const std::optional<smtpd::Way> way = config_.way_of(domain, why_not);
    if (config_.holds(domain)) roll_.hold();
    if (!way) return roll_.note(0, fmt::format("{} is left out: {}", destination, why_not));
    const smtpd::Action& action = *way->action;
    if (way->hop.immediate)
        return roll_.note(action.line,
                          fmt::format("{} is left out: mail goes by smtps://", destination));
    if (!action.ca_file.empty() && told_.insert(&action).second)
        roll_.note(action.line,
                   fmt::format("the ca {} is taken for the public CAs", action.ca_file));
    Partner out;
    out.destination = destination;
    out.next_hop = way->hop.host.empty() ? destination : smtpd_hop(way->hop);
    out.way = "action " + action.name;
    out.rule = std::make_shared<SmtpdRule>(*way);
    roll_.add(std::move(out));
}

RuleBook SmtpdBook::read(const std::vector<std::string>& listed) {
    if (has_mistake(config_.remarks)) return roll_.finish(config_.remarks);
    for (const std::string& destination : config_.named_domains()) add(destination);
    for (const std::string& domain : listed) add(domain);
    if (listed.empty()) add(std::string(anybody));
    return roll_.finish(config_.remarks);
}

}  // namespace

RuleBook opensmtpd_book(const RuleFiles& files, const std::vector<std::string>& listed) {
    return SmtpdBook(files).read(listed);
}

}  // namespace many
