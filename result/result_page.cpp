#include "result/result_page.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <stdexcept>
#include <utility>

#include <boost/json/serialize.hpp>
#include <kainjow/mustache.hpp>

#include "http/form.hpp"
#include "http/negotiation.hpp"
#include "http/origin.hpp"
#include "result/tally_json.hpp"

namespace pollux::result {
namespace {

namespace mustache = kainjow::mustache;

// As in Intl of browsers (Unicode CLDR), with non-breaking spaces.
struct NumberForm {
  std::string_view language, group, decimal, percent;
};
constexpr NumberForm forms[] = {
    {"en", ",", ".", "%"}, {"de", ".", ",", "\u00a0%"}, {"fr", "\u202f", ",", "\u202f%"}};

const NumberForm& form_of(std::string_view language) {
  const auto* const found = std::ranges::find(forms, language, &NumberForm::language);
  if (found == std::end(forms)) {
    throw std::logic_error("result_page.cpp has no form of numbers for the language " +
                           std::string(language));
  }
  return *found;
}

mustache::data rows_of(const poll::Results& results, std::string_view language) {
  std::vector<std::uint64_t> counts;
  for (const poll::OptionCount& result : results.options) counts.push_back(result.count);
  const std::vector<unsigned> shares = tenths_of_percent(counts);
  mustache::data rows{mustache::data::type::list};
  for (std::size_t i = 0; i < counts.size(); ++i) {
    mustache::data row;
    row.set("label", results.options[i].option.label);
    row.set("count", number_in(language, counts[i]));
    row.set("percentage", percentage_in(language, shares[i]));
    rows.push_back(row);
  }
  return rows;
}

}  // namespace

ResultPage::ResultPage(Options options, Latest latest)
    : options_(std::move(options)), latest_(std::move(latest)), made_(2 * options_.page_template.size()) {
  for (const http::Translated& each : options_.page_template) {
    form_of(each.language);  // a new language without one is noticed when the program starts
    languages_.push_back(each.language);
  }
}

void ResultPage::add_routes(http::Router& router) {
  for (const char* path : {"/", "/index.html"}) {
    router.on(http::Method::get, path,
              [this](const auto& request, const auto& reply) { show(request, reply); });
  }
  router.on(http::Method::get, "/vote",
            [this](const auto& request, const auto& reply) { redirect_to_vote(request, reply); });
}

void ResultPage::show(const http::Request& request, const http::Reply& reply) {
  const std::size_t language = http::preferred_language(request.header("Accept-Language"), languages_);
  const Made page = made(language, is_presenting(request));
  http::Response response = http::html(200, page.page);
  if (http::is_not_modified(request, page.etag)) response = {.status = 304};
  response.set("ETag", page.etag);
  response.set("Cache-Control", "no-cache");
  response.set("Content-Language", std::string(languages_[language]));
  response.set("Vary", "Accept-Language");
  reply(std::move(response));
}

void ResultPage::redirect_to_vote(const http::Request& request, const http::Reply& reply) const {
  const std::string address = vote_address(options_.addresses, vote_port_, request);
  if (address.empty()) {
    return reply(http::text(404, "The address of the vote page is unknown. Set --public-url.\n"));
  }
  http::Response response = http::text(302, "Vote at " + address + "\n");
  response.set("Location", address);
  reply(std::move(response));
}

ResultPage::Made ResultPage::made(std::size_t language, bool presenting) {
  const poll::Results results = latest_();
  const std::uint16_t vote_port = vote_port_;
  const std::lock_guard lock(mutex_);
  Made& kept = made_[2 * language + (presenting ? 1 : 0)];
  if (kept.page == nullptr || kept.of != results || kept.vote_port != vote_port) {
    std::string page = render(results, vote_port, language, presenting);
    std::string etag = http::entity_tag_of(page);
    kept = {results, vote_port, std::make_shared<const std::string>(std::move(page)), std::move(etag)};
  }
  return kept;
}

std::string ResultPage::render(const poll::Results& results, std::uint16_t vote_port, std::size_t language,
                               bool presenting) const {
  const auto& vote = options_.addresses.vote;
  const auto& result = options_.addresses.result;
  mustache::data page;
  page.set("poll", results.poll.text());
  page.set("title", results.question);
  page.set("tally", boost::json::serialize(tally_object(results)));
  page.set("rows", rows_of(results, languages_[language]));
  page.set("total", number_in(languages_[language], results.total));
  page.set("whole", percentage_in(languages_[language], results.total > 0 ? 1000 : 0));
  page.set("presenting", presenting);
  if (vote) {
    page.set("vote_url", vote->text());
  } else if (vote_port != 0) {
    page.set("vote_url", "vote");
    page.set("vote_port", std::to_string(vote_port));
  }
  if (result) page.set("public_url", result->text());
  mustache::mustache page_template{std::string(options_.page_template[language].text)};
  return page_template.render(page);
}

std::string vote_address(const config::PublicAddresses& addresses, std::uint16_t vote_port,
                         const http::Request& request) {
  if (addresses.vote) return addresses.vote->text();
  const std::string_view host = request.header("Host");
  if (vote_port == 0 || host.empty()) return {};
  return "http://" + std::string(http::without_port(host)) + ":" + std::to_string(vote_port) + "/";
}

bool is_presenting(const http::Request& request) {
  const Result<http::Fields> query = http::parse_query(request.query);
  return query && query->find("present").has_value();
}

std::vector<unsigned> tenths_of_percent(const std::vector<std::uint64_t>& counts) {
  const auto total = static_cast<double>(std::accumulate(counts.begin(), counts.end(), std::uint64_t{0}));
  std::vector<unsigned> shares(counts.size(), 0);
  if (total == 0) return shares;
  std::vector<std::pair<double, std::size_t>> remainders;
  unsigned missing = 1000;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    const double exact = static_cast<double>(counts[i]) / total * 1000;
    shares[i] = static_cast<unsigned>(exact);
    missing -= shares[i];
    remainders.emplace_back(shares[i] - exact, i);  // the largest remainder first, then the earlier
  }
  std::ranges::sort(remainders);
  for (std::size_t i = 0; i < std::min<std::size_t>(missing, shares.size()); ++i)
    ++shares[remainders[i].second];
  return shares;
}

std::string number_in(std::string_view language, std::uint64_t number) {
  const std::string digits = std::to_string(number);
  std::string text;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    if (i > 0 && (digits.size() - i) % 3 == 0) text += form_of(language).group;
    text += digits[i];
  }
  return text;
}

std::string percentage_in(std::string_view language, unsigned tenths) {
  const NumberForm& form = form_of(language);
  return std::to_string(tenths / 10) + std::string(form.decimal) + std::to_string(tenths % 10) +
         std::string(form.percent);
}

std::string decimal_in(std::string_view language, double number) {
  const auto hundredths = static_cast<std::uint64_t>(std::llround(number * 100));
  const std::string digits = std::to_string(hundredths % 100);
  return number_in(language, hundredths / 100) + std::string(form_of(language).decimal) +
         (digits.size() == 1 ? "0" : "") + digits;
}

}  // namespace pollux::result
