-- What the script beside this one runs inside Neovim.

local function fail(message)
  io.stderr:write('FAILED: ' .. message .. '\n')
  vim.cmd('cquit 1')
end

local function must(condition, message)
  if not condition then
    fail(message)
  end
  return condition
end

local function wait(what, condition)
  must(vim.wait(20000, condition, 50), 'waited in vain for ' .. what)
  print(what)
end

local ok, why = pcall(function()
  local buffer = vim.api.nvim_get_current_buf()
  local before = vim.api.nvim_buf_get_lines(buffer, 0, -1, false)
  local client = vim.lsp.start_client({
    name = 'tagkeeper',
    cmd = { vim.env.TAGKEEPER, 'lsp' },
    root_dir = vim.env.ROOT,
  })
  must(client, 'the server does not start')
  vim.lsp.buf_attach_client(buffer, client)
  wait('the server answers', function()
    local started = vim.lsp.get_client_by_id(client)
    return started and started.initialized
  end)

  local line
  for number, text in ipairs(before) do
    if text:match('^type:') then
      line = number - 1
    end
  end
  local started = vim.loop.hrtime()
  vim.api.nvim_buf_set_lines(buffer, line, line + 1, false, { 'tpye: library' })
  wait('the finding is shown on its line', function()
    local shown = vim.diagnostic.get(buffer)
    return #shown == 1 and shown[1].lnum == line and shown[1].code == 'schema'
  end)
  print(string.format('%.0f ms from the key to the finding', (vim.loop.hrtime() - started) / 1e6))

  local params = vim.lsp.util.make_range_params()
  params.range = { start = { line = line, character = 0 }, ['end'] = { line = line, character = 0 } }
  params.context = { diagnostics = {} }
  local answers = vim.lsp.buf_request_sync(buffer, 'textDocument/codeAction', params, 20000)
  local action = must(answers[client].result, 'there is no action')[1]
  vim.lsp.util.apply_workspace_edit(action.edit, 'utf-16')
  must(vim.api.nvim_buf_get_lines(buffer, line, line + 1, false)[1] == 'type: library', 'the fix does not fix it')
  wait('the finding is gone', function()
    return #vim.diagnostic.get(buffer) == 0
  end)

  local entry
  for number, text in ipairs(before) do
    if text:match('^%s+hash:') then
      entry = number
    end
  end
  local added = { '  - version: ', '    projects:', '      - repo: garden/trowel', '        hash: ' }
  vim.api.nvim_buf_set_lines(buffer, entry, entry, false, added)
  local function complete(row, column)
    local at = {
      textDocument = { uri = vim.uri_from_bufnr(buffer) },
      position = { line = row, character = column },
    }
    local completed = vim.lsp.buf_request_sync(buffer, 'textDocument/completion', at, 20000)
    return must(completed[client].result, 'nothing is completed')
  end
  must(#complete(entry, 13) > 2, 'versions are not completed')
  must(complete(entry + 2, 14)[1].label == 'garden/trowel', 'the repository is not completed')
  local commits = complete(entry + 3, 14)
  must(#commits > 0, 'no commit is completed')
  must(#commits[1].label == 40, 'a commit is not a whole id')
  print('completed with ' .. commits[1].label .. ' (' .. commits[1].detail .. ')')

  local saved = vim.fn.readfile(vim.api.nvim_buf_get_name(buffer))
  must(vim.deep_equal(saved, before), 'the file was written')
end)
if not ok then
  fail(tostring(why))
end
print('done')
vim.cmd('qall!')
