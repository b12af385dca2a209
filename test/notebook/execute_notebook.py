"""Executes a notebook and writes it with its new outputs: execute_notebook.py <notebook> <result> <seconds a cell may take>."""

import os
import sys
from queue import Empty

import nbformat
from jupyter_client.utils import ensure_async
from nbclient import NotebookClient
from nbclient.util import run_sync

# Deno's kernel may say that a cell is done before it has sent the cell's result; so long is waited for one.
LATE_RESULT_SECONDS = 0.5


class PatientClient(NotebookClient):
    """Waits for a result that comes after the message that ends the cell, where Jupyter's own client would lose it."""

    running = None

    def process_message(self, msg, cell, cell_index):
        self.running = msg["parent_header"].get("msg_id")
        return super().process_message(msg, cell, cell_index)

    async def async_execute_cell(self, cell, cell_index, *args, **kwargs):
        executed = await super().async_execute_cell(cell, cell_index, *args, **kwargs)
        while cell.cell_type == "code" and not has_result(cell):
            try:
                msg = await ensure_async(self.kc.iopub_channel.get_msg(timeout=LATE_RESULT_SECONDS))
            except Empty:
                break
            if msg["parent_header"].get("msg_id") == self.running:
                self.process_message(msg, cell, cell_index)
        return executed

    execute_cell = run_sync(async_execute_cell)


def has_result(cell):
    return any(output.output_type == "execute_result" for output in cell.outputs)


def main(source, result, seconds):
    notebook = nbformat.read(source, as_version=4)
    folder = os.path.dirname(os.path.abspath(source))
    client = PatientClient(
        notebook, timeout=int(seconds), kernel_name="deno", resources={"metadata": {"path": folder}}, record_timing=False
    )
    client.execute()
    nbformat.write(notebook, result)


if __name__ == "__main__":
    main(*sys.argv[1:])
