// The programs of testdata/errors, written again with our calls: the class of each error must be
// TensorFlow 1.15.5's, and its text must stand in ours.
#include <filesystem>
#include <functional>
#include <map>

#include "codec/json.h"
#include "tf1/classic_models_testing.h"

namespace holdall::tf1 {
namespace {

namespace fs = std::filesystem;

// What a program has at hand: the prelude's models, and checkpoints of both in save/.
class Programs {
 public:
  Programs() { fs::copy(written_by_tensorflow("two_models_seeded/save"), path("save")); }

  std::string path(std::string_view name) const { return directory_ / name; }

  Status restore(Graph& graph, std::string_view name) const {
    Saver saver(graph);
    Session session(graph);
    return saver.restore(session, name.empty() ? "" : path(name));
  }

  Status restore_model1(std::string_view name) const {
    Graph graph;
    (void)add_model1(graph);
    return restore(graph, name);
  }

  Status save_model1(std::string_view name, const SaverSaveOptions& options = {}) const {
    SeededModel1 program;
    return status_of(program.saver.save(program.session, path(name), options));
  }

  template <class T>
  static Status status_of(const Result<T>& result) {
    return result.ok() ? Status() : Status(result.error());
  }

 private:
  TempDirectory directory_;
};

using Program = std::function<Status(const Programs&)>;

// A program that fails while it makes nodes.
template <class Body>
Program building(Body body) {
  return [=](const Programs&) {
    Graph graph;
    body(graph);
    return graph.status();
  };
}

// A program that ends with a run of one fetch of a graph that is not its own, and so on.
template <class Body>
Program running(Body body) {
  return [=](const Programs&) {
    Graph graph;
    const Output fetch = body(graph);
    Session session(graph);
    return Programs::status_of(session.run(fetch));
  };
}

Program scope_of(std::string name) {
  return building([=](Graph& g) { VariableScope scope(g, name); });
}
Program variable_of(std::string name) {
  return building([=](Graph& g) { (void)g.variable(name, 1.0f); });
}
Program restoring(std::string path) {
  return [=](const Programs& p) { return p.restore_model1(path); };
}
template <class Make>
Program saver_of(Make make) {
  return [=](const Programs&) {
    Graph graph;
    const ClassicModel model = add_model1(graph);
    return make(graph, model).status();
  };
}
template <class Use>
Program closed(Use use) {
  return [=](const Programs& p) {
    SeededModel1 program;
    program.session.close();
    return use(p, program);
  };
}

using Table = std::map<std::string, Program>;

Table restore_programs() {
  return {
      {"restore_key_missing_ref",
       [](const Programs& p) {
         Graph graph;
         (void)add_model1(graph);
         (void)add_model2(graph);
         return p.restore(graph, "save/model1");
       }},
      {"restore_shape_differs_ref",
       [](const Programs& p) {
         Graph graph;
         VariableScope scope(graph, "model1");
         (void)graph.variable("w1", random_normal({3}));
         (void)graph.variable("w2", random_normal({5}));
         return p.restore(graph, "save/model1");
       }},
      {"restore_dtype_differs_ref",
       [](const Programs& p) {
         Graph graph;
         VariableScope scope(graph, "model1");
         (void)graph.variable("w1", zeros({2}, DType::kI32));
         (void)graph.variable("w2", zeros({5}, DType::kF64));
         return p.restore(graph, "save/model1");
       }},
      {"restore_two_keys_missing",
       [](const Programs& p) {
         Graph graph;
         VariableScope scope(graph, "other");
         (void)graph.variable("w1", random_normal({2}));
         (void)graph.variable("w2", random_normal({5}));
         return p.restore(graph, "save/model1");
       }},
      {"restore_path_no_such_file", restoring("save/nothing")},
      {"restore_path_no_such_directory", restoring("nodir/model1")},
      {"restore_path_empty", restoring("")},
      {"restore_path_directory", restoring("save")},
      {"restore_path_index_file", restoring("save/model1.index")},
      {"restore_path_data_file", restoring("save/model1.data-00000-of-00001")},
      {"restore_path_meta_file", restoring("save/model1.meta")},
      {"restore_path_state_file", restoring("save/checkpoint")},
      {"data_file_missing",
       [](const Programs& p) {
         fs::copy_file(p.path("save/model1.index"), p.path("save/nodata.index"));
         return p.restore_model1("save/nodata");
       }},
  };
}

Table session_programs() {
  return {
      {"uninitialized_run_ref", running([](Graph& g) { return add_model1(g).first.ref(); })},
      {"uninitialized_eval_ref", running([](Graph& g) { return add_model1(g).second.value(); })},
      {"uninitialized_after_partial_restore_ref",
       [](const Programs& p) {
         Graph graph;
         const ClassicModel model = add_model1(graph);
         Session session(graph);
         EXPECT_TRUE(
             is_ok(Saver(std::vector{model.first}).restore(session, p.path("save/model1"))));
         return Programs::status_of(session.eval(model.second));
       }},
      {"closed_session_run", closed([](const Programs&, SeededModel1& m) {
         return Programs::status_of(m.session.run(m.model.first.ref()));
       })},
      {"closed_session_eval", closed([](const Programs&, SeededModel1& m) {
         return Programs::status_of(m.session.eval(m.model.first));
       })},
      {"closed_session_restore", closed([](const Programs& p, SeededModel1& m) {
         return m.saver.restore(m.session, p.path("save/model1"));
       })},
      {"closed_session_save", closed([](const Programs& p, SeededModel1& m) {
         return Programs::status_of(m.saver.save(m.session, p.path("save/x")));
       })},
      {"session_empty_graph",
       [](const Programs&) { return Programs::status_of(Session(Graph()).run({}, {})); }},
      {"run_other_graph", running([](Graph& g) {
         (void)g.constant(scalar(2));
         Graph other;
         return other.constant(scalar(1), "w");
       })},
      {"run_output_out_of_range",
       running([](Graph& g) { return Output(g.constant(scalar(1), "c").op(), 1); })},
      {"get_tensor_by_name_unknown",
       [](const Programs&) { return Programs::status_of(Graph().tensor_by_name("foo:0")); }},
      {"get_tensor_by_name_operation",
       [](const Programs&) { return Programs::status_of(Graph().tensor_by_name("foo")); }},
      {"get_operation_by_name_unknown",
       [](const Programs&) { return Programs::status_of(Graph().operation_by_name("foo")); }},
  };
}

Table saver_programs() {
  using Named = std::map<std::string, Variable>;
  return {
      {"saver_without_variables", [](const Programs&) { return Saver(Graph()).status(); }},
      {"saver_empty_list", [](const Programs&) { return Saver(std::vector<Variable>()).status(); }},
      {"saver_empty_dict", [](const Programs&) { return Saver(Named()).status(); }},
      {"saver_filter_matches_nothing",
       saver_of([](Graph& g, const ClassicModel&) { return Saver(g.variables_in("model9")); })},
      {"saver_same_variable_twice", saver_of([](Graph&, const ClassicModel& m) {
         return Saver(std::vector{m.first, m.first});
       })},
      {"saver_one_variable_two_keys", saver_of([](Graph&, const ClassicModel& m) {
         return Saver(Named{{"a", m.first}, {"b", m.first}});
       })},
      {"uninitialized_save_ref",
       [](const Programs& p) {
         Graph graph;
         (void)add_model1(graph);
         Session session(graph);
         return Programs::status_of(Saver(graph).save(session, p.path("save/u")));
       }},
      {"save_two_directories_missing",
       [](const Programs& p) { return p.save_model1("two/three/m"); }},
      {"save_parent_is_a_file",
       [](const Programs& p) { return p.save_model1("save/model1.index/m"); }},
      {"save_named_checkpoint", [](const Programs& p) { return p.save_model1("save/checkpoint"); }},
      {"save_latest_filename_with_path",
       [](const Programs& p) { return p.save_model1("save/q", {.latest_filename = "a/b"}); }},
      {"save_latest_filename_collides",
       [](const Programs& p) { return p.save_model1("save/q", {.latest_filename = "q"}); }},
  };
}

Table variable_programs() {
  return {
      {"get_variable_exists_ref", building([](Graph& g) {
         for (int i = 0; i < 2; ++i) {
           VariableScope scope(g, "model1");
           (void)g.get_variable("w1", {.shape = Shape({2})});
         }
       })},
      {"get_variable_does_not_exist", building([](Graph& g) {
         VariableScope scope(g, "model1", {.reuse = Reuse::kTrue});
         (void)g.get_variable("w1", {.shape = Shape({2})});
       })},
      {"get_variable_other_shape", building([](Graph& g) {
         {
           VariableScope scope(g, "m");
           (void)g.get_variable("w", {.shape = Shape({2})});
         }
         VariableScope scope(g, "m", {.reuse = Reuse::kTrue});
         (void)g.get_variable("w", {.shape = Shape({3})});
       })},
      {"get_variable_other_dtype", building([](Graph& g) {
         {
           VariableScope scope(g, "m");
           (void)g.get_variable("w", {.shape = Shape({2}), .dtype = DType::kI32});
         }
         VariableScope scope(g, "m", {.reuse = Reuse::kTrue});
         (void)g.get_variable("w", {.shape = Shape({2})});
       })},
      {"get_variable_no_shape", building([](Graph& g) { (void)g.get_variable("w"); })},
      {"get_variable_constant_and_shape", building([](Graph& g) {
         (void)g.get_variable("w", {.shape = Shape({2}), .initializer = floats({1, 2})});
       })},
      {"scope_none", building([](Graph& g) { VariableScope scope(g, std::nullopt, {}); })},
      {"variable_without_value", building([](Graph& g) { (void)g.variable("", Output()); })},
      {"variable_other_dtype", building([](Graph& g) {
         (void)g.variable("", g.constant(scalar(1)), {.dtype = DType::kI32});
       })},
      {"assign_other_shape_ref", building([](Graph& g) {
         (void)g.assign(g.variable("", floats({1, 2})), g.constant(floats({1, 2, 3})));
       })},
      {"assign_other_type_ref", building([](Graph& g) {
         (void)g.assign(g.variable("", floats({1, 2})),
                        g.constant(*Tensor::of<int32_t>({2}, {1, 2})));
       })},
      {"random_uniform_int_without_max",
       building([](Graph& g) { (void)g.random_uniform({2}, {.dtype = DType::kI32}); })},
      {"scope_name_blank", scope_of("a b")},
      {"variable_name_blank", variable_of("a b")},
      {"scope_name_colon", scope_of("a:b")},
      {"variable_name_colon", variable_of("a:b")},
      {"scope_name_not_ascii", scope_of("\xc3\xa9")},
      {"variable_name_not_ascii", variable_of("\xc3\xa9")},
      {"scope_name_underscore_first", scope_of("_x")},
      {"variable_name_underscore_first", variable_of("_x")},
      {"scope_name_slash_first", scope_of("/a")},
      {"variable_name_slash_first", variable_of("/a")},
  };
}

Table all_programs() {
  Table all = restore_programs();
  for (Table part : {session_programs(), saver_programs(), variable_programs()}) all.merge(part);
  return all;
}

// Class or text are not TensorFlow's: ours, and why.
struct Departure {
  std::string error;  // "" for none
  std::string text;
};
const std::map<std::string, Departure>& departures() {
  static const std::map<std::string, Departure> all = {
      // A path that is no checkpoint's prefix is one error, whatever else lies there.
      {"restore_path_no_such_directory", {"ValueError", "is not a valid checkpoint"}},
      {"restore_path_directory", {"ValueError", "is not a valid checkpoint"}},
      {"restore_path_index_file", {"ValueError", "is not a valid checkpoint"}},
      {"restore_path_data_file", {"ValueError", "is not a valid checkpoint"}},
      {"restore_path_meta_file", {"ValueError", "is not a valid checkpoint"}},
      {"restore_path_state_file", {"ValueError", "is not a valid checkpoint"}},
      // All missing directories are made.
      {"save_two_directories_missing", {"", ""}},
      // Names the file, and does not speak of variables.
      {"data_file_missing", {"NotFoundError", "nodata.data-00000-of-00001"}},
      // Python's own way to show a Tensor is the Python layer's.
      {"run_other_graph", {"ValueError", "cannot be interpreted as a Tensor. ("}},
      {"run_output_out_of_range", {"ValueError", "Fetch argument 'c:1' cannot be interpreted"}},
      {"variable_other_dtype",
       {"ValueError", "Tensor conversion requested dtype int32 for Tensor with dtype float32: "}},
  };
  return all;
}

// Programs that our calls cannot make, by the reason.
const std::map<std::string, std::vector<std::string>> kNotMade = {
    {"run in Python only (test_error_programs.py): about resource variables",
     {"restore_key_missing_resource", "restore_shape_differs_resource",
      "restore_dtype_differs_resource", "restore_reshape_impossible_resource",
      "uninitialized_run_resource", "uninitialized_eval_resource", "uninitialized_save_resource",
      "uninitialized_after_partial_restore_resource", "get_variable_exists_resource",
      "no_default_session_eval_resource", "assign_other_shape_resource",
      "assign_other_type_resource"}},
    {"C++ has other types or no defaults, so it cannot be written",
     {"restore_path_none",
      "restore_path_number",
      "saver_of_a_tensor",
      "saver_dict_of_a_tensor",
      "saver_of_text",
      "saver_key_not_text",
      "no_default_session_eval_ref",
      "no_default_session_tensor",
      "no_default_session_operation",
      "no_default_session_load",
      "session_entered_twice",
      "eval_other_graph",
      "run_unknown_tensor",
      "run_unknown_operation",
      "run_none",
      "run_number",
      "save_session_is_text",
      "scope_number",
      "scope_reuse_number",
      "feed_unknown_key",
      "reset_default_graph_nested"}},
    {"run in Python only (test_error_programs.py): about a Saver's Python arguments",
     {"restore_reshape_impossible_ref", "saver_defer_build_with_list", "saver_not_built"}},
    {"run in Python only (test_error_programs.py): about placeholders",
     {"variable_shape_unknown", "placeholder_not_fed", "feed_other_shape"}},
    {"run in Python only (test_error_programs.py): about readers",
     {"load_checkpoint_missing", "load_checkpoint_empty_directory", "load_variable_missing",
      "reader_missing", "reader_key_missing", "reader_of_data_file"}},
    {"run in Python only (test_error_programs.py): about Python's own calls",
     {"import_meta_graph_missing", "finalized_graph", "constant_too_many_values",
      "global_step_twice", "partitioned_full_shape_differs"}},
    {"the operator + makes AddV2, tf.add and Graph::add make Add",
     {"add_int_and_float", "add_other_shapes"}},
};

const Json& read_cases() {
  static const Json json = [] {
    auto parsed = Json::parse(read_test_file(source_path("src/tf1/testdata/errors/truth.json")));
    EXPECT_TRUE(is_ok(parsed));
    return std::move(*parsed);
  }();
  return *json.find("cases");
}

std::string member(const Json& json, std::string_view key) {
  const Json* found = json.find(key);
  return found == nullptr ? "" : std::string(found->as_string().value_or(""));
}

// TensorFlow's text with our paths in place of its own, and without the quotes that Python puts
// around a KeyError's.
std::string expected_text(const Json& truth, const Programs& programs) {
  std::string text = member(truth, "message");
  if (text.starts_with('"')) text = text.substr(1, text.size() - 2);
  for (size_t at = 0; (at = text.find("./", at)) != std::string::npos;) {
    const std::string here = programs.path("");
    text.replace(at, 2, here);
    at += here.size();
  }
  return text;
}

void expect_error(const Json& truth, const std::string& name, const Status& status,
                  const Programs& programs) {
  const auto departure = departures().find(name);
  const bool departs = departure != departures().end();
  const std::string error = departs ? departure->second.error : member(truth, "error");
  if (error.empty()) {
    EXPECT_TRUE(is_ok(status));
    return;
  }
  ASSERT_FALSE(status.ok()) << "it did not fail";
  const std::string text = status.error().to_string();
  EXPECT_EQ(error_class_name(error_class(status.error())), error) << text;
  const std::string expected = departs ? departure->second.text : expected_text(truth, programs);
  EXPECT_NE(text.find(expected), std::string::npos) << text << "\nlacks\n" << expected;
  const bool is_wrapped = text.find("Restoring from checkpoint failed.") != std::string::npos;
  EXPECT_EQ(is_wrapped, !departs && truth.find("wrapper") != nullptr);
}

TEST(ErrorPrograms, FailAsTheyDoInTensorFlow) {
  const Table programs = all_programs();
  for (const Json& each : read_cases().items()) {
    const std::string name = member(each, "name");
    const auto program = programs.find(name);
    if (program == programs.end()) continue;
    SCOPED_TRACE(name);
    const Programs at_hand;
    expect_error(*each.find("tensorflow")->find("1.15.5"), name, program->second(at_hand), at_hand);
  }
}

TEST(ErrorPrograms, AreAllMadeOrListedAsNotMade) {
  std::map<std::string, int> count;
  for (const auto& [name, program] : all_programs()) ++count[name];
  for (const auto& [why, names] : kNotMade) {
    for (const std::string& name : names) ++count[name];
  }
  EXPECT_EQ(read_cases().size(), 112u);
  EXPECT_EQ(count.size(), read_cases().size());
  for (const Json& each : read_cases().items())
    EXPECT_EQ(count[member(each, "name")], 1) << member(each, "name");
  for (const auto& [name, departure] : departures()) EXPECT_TRUE(all_programs().contains(name));
}

}  // namespace
}  // namespace holdall::tf1
