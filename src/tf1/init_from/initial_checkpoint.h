// A checkpoint that variables start with: its tensors take the place of their initial values.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "holdall/tf1_files.h"
#include "holdall/tf1_init_from.h"

namespace holdall::tf1 {

class InitialCheckpoint {
 public:
  // Fails: as load_checkpoint().
  static Result<InitialCheckpoint> open(std::string_view directory_or_prefix,
                                        const InitFromLog& log);

  const CheckpointReader& reader() const { return reader_; }

  // A variable, or the parts of one, from the tensor of that name. Fails: kInvalidArgument
  // (ValueError).
  Status set_variable(const std::string& name, std::span<const Variable> parts) const;

  // Every variable of get_variable's below the scope, from the tensor of its name.
  Status set_scope(const Graph& graph, const std::string& key, std::string_view target) const;

 private:
  InitialCheckpoint(std::string path, CheckpointReader reader, const InitFromLog& log)
      : path_(std::move(path)), reader_(std::move(reader)), log_(log) {}

  Status check_shape(const std::string& name, const Shape& stored, const Variable& variable) const;
  Status set_initial_value(const std::string& name, const Variable& variable) const;
  std::string contents() const;

  std::string path_;
  CheckpointReader reader_;
  InitFromLog log_;
};

// What get_variable knows by that full name: a variable, or its parts; else nothing.
std::vector<Variable> variables_called(const Graph& graph, const std::string& full_name);

// Makes `make`'s output what the variable starts with. Fails: the graph's status, before or after.
Status exchange_initial_value(const Variable& variable,
                              const std::function<Output(GraphRep&)>& make);

}  // namespace holdall::tf1
