// The insides of a Saver.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "holdall/storage.h"
#include "holdall/tf1_saver.h"
#include "tf1/files/kept_checkpoints.h"
#include "tf1/graph/graph_rep.h"
#include "tf1/saving/saver_nodes.h"

namespace holdall::tf1 {

struct Saver::Rep {
  explicit Rep(const SaverOptions& saver_options)
      : options(saver_options),
        kept(saver_options.max_to_keep, saver_options.keep_checkpoint_every_n_hours,
             KeptCheckpoints::Clock::now()) {}

  // Sorts and checks the list, adds the saver's nodes to the graph, and reads them.
  void build(std::shared_ptr<GraphRep> of_graph, std::vector<Saveable> saveables);
  void adopt(std::shared_ptr<GraphRep> of_graph, const SaverDef& saver_def);

  bool is_empty() const { return def.restore_op_name.empty(); }

  // The state file, then at most one old checkpoint is deleted.
  Status write_state(Storage& storage, const std::string& path,
                     const SaverSaveOptions& save_options);

  // The `.meta` of `of_graph`.
  Status write_meta_graph(Storage& storage, GraphRep& of_graph, const std::string& path,
                          const SaverSaveOptions& save_options) const;

  Status restore_by_assigning(Session& session, const std::string& path);
  Status restore_by_running(Session& session, const std::string& path);

  Status status;
  SaverOptions options;
  std::shared_ptr<GraphRep> graph;  // null if there is nothing to save
  SaverParts parts;
  SaverDef def;
  std::mutex mutex;  // one save at a time; guards what follows
  KeptCheckpoints kept;
  std::vector<std::string> warnings;
};

// An empty saver is of any graph. Fails: kInvalidArgument (RuntimeError, ValueError).
Status check_session(GraphRep& graph, const Session& session);

}  // namespace holdall::tf1
