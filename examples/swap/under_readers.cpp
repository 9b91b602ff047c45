// A model is replaced again and again while other threads read it. Each reader sees one version or
// the other, whole, never a mixture, and nobody waits.
//
//   under_readers ONE OTHER SWAPS
#include <holdall/holdall.h>

#include <atomic>
#include <iostream>
#include <string>
#include <thread>
#include <vector>

namespace {

using holdall::ScopeView;

bool are_equal(const ScopeView& a, const ScopeView& b) {
  if (a.names() != b.names()) return false;
  for (const std::string& name : a.names()) {
    if (!(*a.find(name) == *b.find(name))) return false;
  }
  return true;
}

int fail(const holdall::Error& error) {
  std::cerr << error.to_string() << '\n';
  return 1;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) {
    std::cerr << "usage: under_readers ONE OTHER SWAPS\n";
    return 2;
  }
  const int swaps = std::stoi(argv[3]);
  holdall::Session session;
  const holdall::LoadSource sources[] = {{argv[1], {.scope = "one"}},
                                         {argv[2], {.scope = "other"}}};
  if (auto loaded = session.load_all(sources); !loaded.ok()) return fail(loaded.error());
  if (auto copied = session.copy_scope("one", "net"); !copied.ok()) return fail(copied.error());
  const ScopeView versions[] = {session.scope("one"), session.scope("other")};

  std::atomic<bool> is_done = false;
  std::atomic<int> idle_readers = 4;
  std::atomic<int> mixtures = 0;
  std::vector<std::thread> readers;
  for (int i = 0; i < 4; ++i) {
    readers.emplace_back([&] {
      for (bool is_first = true; !is_done; is_first = false) {
        const ScopeView net = session.scope("net");
        if (!are_equal(net, versions[0]) && !are_equal(net, versions[1])) ++mixtures;
        if (is_first) --idle_readers;
      }
    });
  }
  while (idle_readers > 0) std::this_thread::yield();

  holdall::Status status;
  for (int swap = 0; swap < swaps && status.ok(); ++swap) {
    auto report = session.load(argv[swap % 2 == 0 ? 2 : 1], {.scope = "net", .replace = true});
    if (!report.ok()) status = report.error();
  }
  is_done = true;
  for (std::thread& reader : readers) reader.join();
  if (!status.ok()) return fail(status.error());
  std::cout << swaps << " swaps under " << readers.size() << " readers, " << mixtures
            << " mixtures seen\n";
  return mixtures == 0 ? 0 : 1;
}
