// The package's words for options of the library.
#include "bind_options.h"

#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <array>
#include <functional>
#include <map>

#include "bindings.h"
#include "raise.h"

namespace nb = nanobind;

namespace holdall::python {

ReadOptions to_read_options(const std::string& io, bool verify, unsigned threads) {
  ReadOptions options;
  const auto mode = find_io_mode(io);
  if (!mode) throw nb::value_error("io is 'auto', 'copy', 'map', 'map-copy' or 'direct'");
  options.io = *mode;
  options.verify = verify;
  options.threads = threads;
  return options;
}

NameView to_name_view(const std::string& names) {
  if (names == "auto") return NameView::kAuto;
  if (names == "raw") return NameView::kRaw;
  if (names == "object") return NameView::kObject;
  if (names == "variable") return NameView::kVariable;
  throw nb::value_error("names is 'auto', 'raw', 'object' or 'variable'");
}

std::vector<std::string> to_strings(nb::handle value) {
  if (nb::isinstance<nb::str>(value)) return {from_name(nb::cast<nb::str>(value))};
  std::vector<std::string> strings;
  for (const nb::handle each : nb::cast<nb::iterable>(value))
    strings.push_back(from_name(nb::cast<nb::str>(each)));
  return strings;
}

NameRules to_rules(nb::handle value) {
  if (nb::isinstance<NameRules>(value)) return nb::cast<NameRules>(value);
  return unwrap(NameRules::parse(to_strings(value)));
}

namespace {

// The value that `word` stands for; ValueError with all words if it is none of them.
template <class Value, size_t kCount>
Value choose(const std::string& option, const std::string& word,
             const std::array<std::pair<const char*, Value>, kCount>& choices) {
  std::string all;
  for (const auto& [name, value] : choices) {
    if (word == name) return value;
    all += (all.empty() ? "'" : ", '") + std::string(name) + "'";
  }
  throw nb::value_error((option + " is one of " + all + ", not '" + word + "'").c_str());
}

std::vector<Role> to_roles(nb::handle value) {
  std::vector<Role> roles;
  for (const std::string& name : to_strings(value)) {
    const auto role = find_role(name);
    if (!role) {
      throw nb::value_error(
          ("a role is 'weight', 'optimizer', 'ema' or 'step', not '" + name + "'").c_str());
    }
    roles.push_back(*role);
  }
  return roles;
}

Durability to_durability(const std::string& word) {
  const auto durability = find_durability(word);
  if (!durability) {
    throw nb::value_error(
        ("durability is 'durable', 'atomic' or 'none', not '" + word + "'").c_str());
  }
  return *durability;
}

using SetOption = std::function<void(LoadOptions&, nb::handle)>;

void add_policies(std::map<std::string, SetOption>& words) {
  words["missing"] = [](LoadOptions& options, nb::handle value) {
    options.policies.missing = choose("missing", nb::cast<std::string>(value),
                                      std::array{std::pair{"error", MissingPolicy::kError},
                                                 std::pair{"keep", MissingPolicy::kKeep}});
  };
  words["unexpected"] = [](LoadOptions& options, nb::handle value) {
    options.policies.unexpected = choose("unexpected", nb::cast<std::string>(value),
                                         std::array{std::pair{"error", UnexpectedPolicy::kError},
                                                    std::pair{"skip", UnexpectedPolicy::kSkip}});
  };
  words["shape"] = [](LoadOptions& options, nb::handle value) {
    options.policies.shape = choose(
        "shape", nb::cast<std::string>(value),
        std::array{std::pair{"error", ShapePolicy::kError}, std::pair{"keep", ShapePolicy::kKeep},
                   std::pair{"overlap", ShapePolicy::kOverlap}});
  };
  words["dtype"] = [](LoadOptions& options, nb::handle value) {
    options.policies.dtype = choose(
        "dtype", nb::cast<std::string>(value),
        std::array{std::pair{"error", DTypePolicy::kError}, std::pair{"cast", DTypePolicy::kCast},
                   std::pair{"cast_lossy", DTypePolicy::kCastLossy}});
  };
}

void add_reading(std::map<std::string, SetOption>& words) {
  words["io"] = [](LoadOptions& options, nb::handle value) {
    options.read.io = to_read_options(nb::cast<std::string>(value), true, 0).io;
  };
  words["verify"] = [](LoadOptions& options, nb::handle value) {
    options.read.verify = nb::cast<bool>(value);
  };
  words["verify_parts"] = [](LoadOptions& options, nb::handle value) {
    if (!value.is_none()) options.read.verify_parts = nb::cast<bool>(value);
  };
  words["threads"] = [](LoadOptions& options, nb::handle value) {
    options.read.threads = nb::cast<unsigned>(value);
  };
  words["names"] = [](LoadOptions& options, nb::handle value) {
    options.names = to_name_view(nb::cast<std::string>(value));
  };
}

const std::map<std::string, SetOption>& load_words() {
  static const std::map<std::string, SetOption> all = [] {
    std::map<std::string, SetOption> words;
    words["scope"] = [](LoadOptions& options, nb::handle value) {
      options.scope = from_name(nb::cast<nb::str>(value));
    };
    words["select"] = [](LoadOptions& options, nb::handle value) {
      options.select = to_strings(value);
    };
    words["rules"] = [](LoadOptions& options, nb::handle value) {
      options.rules = to_rules(value);
    };
    words["skip_roles"] = [](LoadOptions& options, nb::handle value) {
      options.skip_roles = to_roles(value);
    };
    words["prefer_ema"] = [](LoadOptions& options, nb::handle value) {
      options.prefer_ema = nb::cast<bool>(value);
    };
    words["replace"] = [](LoadOptions& options, nb::handle value) {
      options.replace = nb::cast<bool>(value);
    };
    add_policies(words);
    add_reading(words);
    return words;
  }();
  return all;
}

}  // namespace

LoadOptions to_load_options(const nb::dict& words) {
  LoadOptions options;
  for (const auto& [key, value] : words) {
    const auto word = nb::cast<std::string>(key);
    const auto set = load_words().find(word);
    if (set == load_words().end())
      throw nb::type_error(("there is no option '" + word + "'").c_str());
    set->second(options, value);
  }
  return options;
}

SaveOptions to_save_options(const nb::dict& words) {
  SaveOptions options;
  for (const auto& [key, value] : words) {
    const auto word = nb::cast<std::string>(key);
    if (word == "format")
      options.format = nb::cast<std::string>(value);
    else if (word == "scope")
      options.scope = from_name(nb::cast<nb::str>(value));
    else if (word == "inside_scope")
      options.inside_scope = nb::cast<bool>(value);
    else if (word == "rules")
      options.rules = to_rules(value);
    else if (word == "shard_count")
      options.shard_count = nb::cast<uint32_t>(value);
    else if (word == "alignment")
      options.alignment = nb::cast<uint64_t>(value);
    else if (word == "big_endian")
      options.byte_order = nb::cast<bool>(value) ? ByteOrder::kBig : ByteOrder::kLittle;
    else if (word == "threads")
      options.threads = nb::cast<unsigned>(value);
    else if (word == "compress_index")
      options.compress_index = nb::cast<bool>(value);
    else if (word == "compress")
      options.compress = nb::cast<bool>(value);
    else if (word == "update_state")
      options.update_state = nb::cast<bool>(value);
    else if (word == "reread")
      options.reread = nb::cast<bool>(value);
    else if (word == "durability")
      options.durability = to_durability(nb::cast<std::string>(value));
    else
      throw nb::type_error(("save() has no option '" + word + "'").c_str());
  }
  return options;
}

}  // namespace holdall::python
