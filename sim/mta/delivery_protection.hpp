#pragma once
// The sender's policy as one session meets it: the smtp client asks, `policy` decides, the trace
// keeps the decision.
#include "sim/mta/delivery.hpp"
#include "sim/policy/least.hpp"

namespace mta {

class Delivery::Protection final : public smtp::Security {
  public:
    /// All of them must outlive it.
    Protection(Delivery& delivery, const Route& route, const Terms& terms, Clear clear)
        : delivery_(delivery),
          route_(route),
          wanted_(terms.wanted),
          plan_(terms.plan),
          clear_(clear) {}

    smtp::Starttls starttls() const override;
    smtp::AfterRefusal without_tls(smtp::NoTls why) override;
    Task<net::Stream*> secure(net::Stream& clear) override;
    smtp::AfterRefusal after_failed_handshake() override;
    void lost_synchronization() override;
    bool is_last_host() const override { return delivery_.at_last_host_; }
    Result<Unit> judge() override;
    smtp::AfterTls after_tls() const override;
    smtp::Pending pending(smtp::Pending usual) const override;
    Result<Unit> met_own_name() override;
    Result<Unit> before_mail(trace::Layer layer) override;
    Result<Unit> without_requiretls(trace::Layer layer) override;

    bool secured() const { return channel_ != nullptr; }
    trace::Demanded demanded() const;

    trace::ConnectionId connection = trace::ConnectionId::none;
    bool tls_failed = false;
    bool certificate_refused = false;
    bool out_of_step = false;  ///< TLS stood, and bytes had come before it.
    /// What kept the session from being what a policy wants, for reports.
    struct Trouble {
        Reason reason = Reason::none;
        std::string why;
    };
    Trouble trouble;

  private:
    policy::Judgement judgement(const policy::CertificateFacts& facts,
                                const policy::SessionPeer& to) const;
    policy::Judgement by_certificate(const policy::CertificateFacts& facts,
                                     const policy::SessionPeer& to) const;
    void try_policy(const policy::CertificateFacts& facts, const policy::SessionPeer& to);
    void take_measure(const policy::Judgement& judgement, const policy::CertificateFacts& facts,
                      const policy::SessionPeer& to);
    std::string server_name() const;
    std::string session_name() const;
    trace::Trace& trace() { return delivery_.services_.trace; }
    trace::HostId host() const { return delivery_.outbound_.host_; }

    Delivery& delivery_;
    const Route& route_;
    const policy::Requirement& wanted_;
    const policy::Plan& plan_;
    Clear clear_;
    std::unique_ptr<tls::Channel> channel_;
    policy::Standing standing_ = policy::Standing::untrusted;
    policy::Protected inside_ = policy::Protected::encrypted;  ///< What TLS gives.
};

}  // namespace mta
