#pragma once
// One attempt to deliver one mail to one domain: from the MX look-up to the last host tried.
#include "sim/mta/outbound.hpp"

namespace mta {

/// A host to try, in order.
struct Route {
    std::string host;
    std::string address;
};

class Delivery {
  public:
    Delivery(Outbound& outbound, QueuedMail& mail, std::string domain);
    /// Leaves its outcome in the mail's recipients.
    Task<Unit> run();

  private:
    class Protection;
    enum class Clear : std::uint8_t { not_now, now };
    Task<std::vector<Route>> find_routes();
    Task<std::vector<Route>> addresses(std::vector<std::pair<std::uint16_t, std::string>> hosts);
    Task<Unit> try_host(Route route);
    Task<smtp::Receipt> session(Route route, Protection& protection);
    void take_outcome(const smtp::Receipt& receipt, const Route& route,
                      trace::ConnectionId connection);
    void fail_open(const Failure& failure);
    bool open(const QueuedMail::Recipient& recipient) const;
    bool anyone_open() const;
    policy::Fallback fallback() const;
    smtp::Message message_for_open() const;

    Outbound& outbound_;
    Services& services_;
    QueuedMail& mail_;
    std::string domain_;
    std::shared_ptr<const OutboundSettings> settings_;
    policy::Rule rule_;
    Duration age_;
    int sessions_ = 0;
};

}  // namespace mta
