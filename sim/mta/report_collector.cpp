#include "sim/mta/report_collector.hpp"

namespace mta {

ReportCollector::ReportCollector(Services& services, trace::HostId host, std::string name)
    : services_(services),
      name_(std::move(name)),
      desk_(services, host),
      server_(services.ground, services.library, host, *this) {}

void ReportCollector::configure(ReportCollectorSettings settings) {
    settings_ = std::move(settings);
    server_.configure(settings_.tls);
    server_.listen(settings_.listens);
}

std::optional<std::string> ReportCollector::answer(const https::Request& request) {
    using Answer = ReportCollectorSettings::Answer;
    if (settings_.answer == Answer::stalls) return std::nullopt;
    const std::string url = "https://" + name_ + request.target;
    if (settings_.answer == Answer::status) return encode(https::plain_answer(settings_.status));
    if (!services_.report_boxes.contains(url)) return encode(https::plain_answer(404));
    if (request.method != "POST") return encode(https::plain_answer(405));
    return encode(https::plain_answer(desk_.take_post(url, request)));
}

}  // namespace mta
