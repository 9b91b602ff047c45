// The direct way: checkpoints that were never trained under a scope are put under one when they are
// loaded; nothing is declared.
//
//   two_models DNA_CHECKPOINT RNA_CHECKPOINT OUT
#include <holdall/holdall.h>

#include <iostream>

int main(int argc, char** argv) {
  if (argc != 4) {
    std::cerr << "usage: two_models DNA_CHECKPOINT RNA_CHECKPOINT OUT\n";
    return 2;
  }
  holdall::Session session;
  for (const auto& [path, scope] : {std::pair(argv[1], "dna"), std::pair(argv[2], "rna")}) {
    auto report = session.load(path, {.scope = scope});
    if (!report.ok()) {
      std::cerr << report.error().to_string() << '\n';
      return 1;
    }
    std::cout << report->summary() << '\n';
  }
  for (const char* scope : {"dna", "rna"}) {
    const holdall::ScopeView view = session.scope(scope);
    std::cout << scope << "/: " << view.count() << " variables, the first is "
              << view.names().front() << '\n';
  }
  auto saved = session.save(argv[3], {.format = "tf"});
  if (!saved.ok()) {
    std::cerr << saved.error().to_string() << '\n';
    return 1;
  }
  std::cout << saved->summary() << '\n';
  return 0;
}
