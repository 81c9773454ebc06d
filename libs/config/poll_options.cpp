#include "config/poll_options.hpp"

#include <optional>
#include <utility>

#include "poll/poll_run.hpp"

namespace pollux::config {

namespace {

// Each option has a setting. What lists the letters outside of the programs: OPTION_A to OPTION_Z in
// docker-compose.yml and .env.example, the alphabet in charts/pollux/templates/_poll.tpl, and the bounds of
// `options` and `seed.votes` in the chart's values.schema.json.
static_assert(letters == poll::Poll::max_options);

std::optional<std::string> find_fault(const PollOptions& options) {
  if (options.option_labels.size() == 1) {
    return "--option-a (OPTION_A) is the only option, and a poll has two at least. Set --option-b "
           "(OPTION_B), too.";
  }
  const Result<poll::Poll> poll = options.make_poll();
  if (poll) return std::nullopt;
  return poll.error().message;
}

}  // namespace

Result<poll::Poll> PollOptions::make_poll(std::uint32_t run) const {
  return poll::Poll::create(poll::id_of_run(default_poll(), run),
                            question.empty() ? poll::default_question(option_labels) : question,
                            option_labels);
}

poll::PollId default_poll() {
  return poll::PollId::parse("default").value();
}

void declare_run(Settings& settings, std::uint32_t& run) {
  settings.group("Poll");
  settings.add("run", setting::integer(&run, 1, poll::max_run),
               "Number of the run of the poll. Each run has its own votes. Must be the same for all vote and "
               "result services; increase it to ask another question or to start from zero.");
}

void declare_pass_secret(Settings& settings, Secret& secret) {
  constexpr std::size_t max_bytes = 1024;
  settings.group("Poll");
  settings.add(
      "pass-secret", setting::secret(&secret, max_bytes),
      "For polls whose results are for those who have voted: the secret that signs the passes by which "
      "the result services recognize them. Must be the same for all vote and result services. Without "
      "it, these results are shown to all once the poll is closed.");
}

void declare_keep_run(Settings& settings, bool& keep_run) {
  setting::Value value = setting::boolean(&keep_run);
  value.flag_only = true;
  settings.group("Poll");
  settings.add("keep-run", std::move(value),
               "Continue the run although the question or the options have changed, because they mean the "
               "same. Not needed for one corrected letter, case, spaces or punctuation.");
}

void declare(Settings& settings, PollOptions& options) {
  settings.group("Poll");
  settings.add_lettered("option", &options.option_labels, poll::Poll::max_label_bytes,
                        "Labels of the options, at least two. Set all of them or none.");
  setting::Value question = setting::string(&options.question, poll::Poll::max_question_bytes);
  question.well_known = true;
  settings.add("question", std::move(question),
               "The question. By default it is made from the options: \"Cats vs Dogs!\".");
  settings.check([&options] { return find_fault(options); });
}

}  // namespace pollux::config
